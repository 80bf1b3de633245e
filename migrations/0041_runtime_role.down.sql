-- The way down from 0041_runtime_role: undo what 0041_runtime_role.sql does, last things first.
CREATE OR REPLACE FUNCTION erase_records(p_user uuid, p_most int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_table text;
  v_text text;
  v_count bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN false;
  END IF;
  -- Each before what it belongs to or refers to.
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
    ('heartbeats', 'user_id = $1'),
    ('heartbeat_slots', 'user_id = $1'),
    ('heartbeat_projects', 'user_id = $1'),
    ('heartbeat_agents', 'user_id = $1'),
    ('heartbeat_states', 'user_id = $1'),
    ('activity_events', 'bucket_key IN (SELECT key FROM activity_buckets WHERE user_id = $1)'),
    ('activity_buckets', 'user_id = $1'),
    ('activity_settings', 'user_id = $1'),
    ('activity_rules', 'owner_id = $1'),
    ('goals', 'owner_id = $1'),
    ('time_entries', 'owner_id = $1'),
    ('tasks', 'owner_id = $1
       AND NOT EXISTS (SELECT FROM time_entries WHERE task_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE task_id = t.id)'),
    ('projects', 'owner_id = $1
       AND NOT EXISTS (SELECT FROM time_entries WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM tasks WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM activity_rules WHERE project_id = t.id)'),
    ('clients', 'owner_id = $1
       AND NOT EXISTS (SELECT FROM projects WHERE client_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE client_id = t.id)'),
    ('tags', 'owner_id = $1
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
  -- What else goes with an account by a foreign key, in tables that this function does not know by name.
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
        WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I WHERE owner_id = $1 AND name <> ''erased-'' || id LIMIT $2))',
      v_table, v_text) USING p_user, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN true;
    END IF;
  END LOOP;
  PERFORM set_config('audit.erasure', 'on', true);
  -- Where another did it, from where is theirs; and where it is about another, what it was.
  UPDATE audit_events
     SET address = CASE WHEN actor_id <> p_user THEN address END,
         request_id = CASE WHEN actor_id <> p_user THEN request_id END,
         details = CASE WHEN target_id = p_user THEN impersonal_details(details) ELSE details || '{"erased": true}' END
   WHERE id = ANY (ARRAY (
     SELECT id FROM audit_events WHERE (actor_id = p_user OR target_id = p_user) AND NOT details ? 'erased' LIMIT p_most));
  GET DIAGNOSTICS v_count = ROW_COUNT;
  PERFORM set_config('audit.erasure', '', true);
  RETURN v_count = p_most;
END;
$$;
--> statement-breakpoint
DROP FUNCTION strip_mentions(uuid[], int, timestamptz, uuid);
--> statement-breakpoint
DROP FUNCTION strip_audit_events(uuid, int);
--> statement-breakpoint
DROP FUNCTION remove_audit_events(int, int);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_audit_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND current_setting('audit.erasure', true) = 'on' THEN
    IF NEW.details ? 'erased' AND NEW.details - 'erased' <@ OLD.details
       AND (NEW.actor_id, NEW.credential_id, NEW.target_id) IS NOT DISTINCT FROM (OLD.actor_id, OLD.credential_id, OLD.target_id)
       AND NOT EXISTS (
         SELECT FROM jsonb_each(to_jsonb(NEW) - 'details') AS n JOIN jsonb_each(to_jsonb(OLD)) AS o USING (key)
          WHERE n.value <> o.value AND n.value <> 'null') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'audit events are never changed';
END;
$$;
