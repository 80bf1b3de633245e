-- Erases the records of an account whose erasure has begun, a part at a time. Records that other users' records refer
-- to stay without their names. Records of organizations stay as they are. Returns whether there is more to erase.
--
-- Parameters
--   p_user  the account
--   p_most  the maximum number of rows to erase from a table
CREATE OR REPLACE FUNCTION erase_records(p_user uuid, p_most int) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  v_table text;
  v_text text;
  v_count bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN false;
  END IF;
  -- By time, because rows of several partitions may have the same ctid.
  DELETE FROM heartbeats
   WHERE user_id = p_user
     AND at <= (SELECT max(at) FROM (SELECT at FROM heartbeats WHERE user_id = p_user ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count >= p_most THEN
    RETURN true;
  END IF;
  -- Each table before those that its rows belong or refer to.
  FOR v_table, v_text IN VALUES
    ('sessions', 'user_id = $1'),
    ('one_time_tokens', 'user_id = $1'),
    ('personal_tokens', 'user_id = $1'),
    ('calendar_feeds', 'owner_id = $1'),
    ('passkeys', 'user_id = $1'),
    ('totp_factors', 'user_id = $1'),
    ('recovery_codes', 'user_id = $1'),
    ('idempotency_keys', 'owner = $1::text'),
    ('user_roles', 'user_id = $1'),
    ('time_settings', 'user_id = $1'),
    ('heartbeat_slots', 'user_id = $1'),
    ('heartbeat_projects', 'user_id = $1'),
    ('heartbeat_agents', 'user_id = $1'),
    ('heartbeat_states', 'user_id = $1'),
    ('activity_events', 'bucket_key IN (SELECT key FROM activity_buckets WHERE user_id = $1)'),
    ('activity_buckets', 'user_id = $1'),
    ('activity_settings', 'user_id = $1'),
    ('activity_rules', 'owner_id = $1'),
    ('goals', 'owner_id = $1'),
    ('time_entries', 'owner_id = $1 AND organization_id IS NULL'),
    ('tasks', 'owner_id = $1 AND organization_id IS NULL
       AND NOT EXISTS (SELECT FROM time_entries WHERE task_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE task_id = t.id)'),
    ('projects', 'owner_id = $1 AND organization_id IS NULL
       AND NOT EXISTS (SELECT FROM time_entries WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM tasks WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM activity_rules WHERE project_id = t.id)'),
    ('clients', 'owner_id = $1 AND organization_id IS NULL
       AND NOT EXISTS (SELECT FROM projects WHERE client_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE client_id = t.id)'),
    ('tags', 'owner_id = $1 AND organization_id IS NULL
       AND NOT EXISTS (SELECT FROM time_entry_tags WHERE tag_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE tag_id = t.id)')
  LOOP
    EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I AS t WHERE %2$s LIMIT $2))', v_table, v_text)
      USING p_user, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN true;
    END IF;
  END LOOP;
  -- Other tables, not named above, whose rows a foreign key deletes with the account.
  FOR v_table, v_text IN
    SELECT r.relname, format('%I = $1', a.attname)
      FROM pg_constraint c
      JOIN pg_class r ON r.oid = c.conrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass AND c.confdeltype = 'c' AND cardinality(c.conkey) = 1
       AND r.relname NOT IN ('erasures', 'tasks', 'projects', 'clients', 'tags')
  LOOP
    EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I WHERE %2$s LIMIT $2))', v_table, v_text)
      USING p_user, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN true;
    END IF;
  END LOOP;
  FOR v_table, v_text IN VALUES
    ('tasks', ', description = NULL'), ('projects', ''), ('clients', ''), ('tags', '')
  LOOP
    EXECUTE format(
      'UPDATE %1$I SET name = ''erased-'' || id, is_deleted = true, deleted_at = coalesce(deleted_at, now()),
              updated_at = now(), version = version + 1 %2$s
        WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I WHERE owner_id = $1 AND organization_id IS NULL AND name <> ''erased-'' || id LIMIT $2))',
      v_table, v_text) USING p_user, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN strip_audit_events(p_user, p_most) = p_most;
END;
$$;
