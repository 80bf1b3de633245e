-- The Worker may run as a role that adds to the audit log and reads it, and nothing else. What more is done to the log, these three
-- functions do, with the rights of the owner of the tables: a caller can't choose another table by a search path of
-- their own (CVE-2018-1058), nor do to the log what they do not do.

-- The log is added to. remove_audit_events() ends the time for which events are kept; strip_audit_events() and strip_mentions() take
-- away what is personal: who did what to whom and when stays, what else changes becomes null, and details only lose parts, which they
-- say in "erased". Each says so for its transaction by a setting, which helps only a role that may change the table at all; and
-- events are deleted by the owner alone, which the Worker of the release before this one is.
CREATE OR REPLACE FUNCTION keep_audit_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on'
     AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
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
--> statement-breakpoint
-- Removes the oldest events that are older than p_days, p_most at most, and none of the last seven days: a hostile caller
-- can't remove the traces of a week. Returns how many.
CREATE FUNCTION remove_audit_events(p_days int, p_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_count int;
BEGIN
  PERFORM set_config('audit.retention', 'on', true);
  DELETE FROM audit_events WHERE id IN (
    SELECT id FROM audit_events WHERE occurred_at < now() - make_interval(days => greatest(p_days, 7))
     ORDER BY occurred_at, id LIMIT p_most);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  PERFORM set_config('audit.retention', '', true);
  RETURN v_count;
END;
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION remove_audit_events(int, int) FROM PUBLIC;
--> statement-breakpoint
-- Takes what is personal about the account p_user, whose erasure has begun, out of p_most events that it did or that were done to it.
-- Returns how many had any.
CREATE FUNCTION strip_audit_events(p_user uuid, p_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_count int;
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN 0;
  END IF;
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
  RETURN v_count;
END;
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION strip_audit_events(uuid, int) FROM PUBLIC;
--> statement-breakpoint
-- Takes the texts that name the accounts p_users, whose erasure has begun and is not finished, out of p_most events of the audit log,
-- those after the event p_id at p_at. Returns the last of them, to go on after; null at the end of the log.
CREATE FUNCTION strip_mentions(
  p_users uuid[], p_most int, p_at timestamptz, p_id uuid, OUT last_at timestamptz, OUT last_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.last_at, m.last_id
    FROM (SELECT coalesce(array_agg(name), '{}') AS names
            FROM erasures, unnest(names) AS name
           WHERE user_id = ANY (p_users) AND begun_at IS NOT NULL AND erased_at IS NULL) AS known,
         erase_mentions(known.names, p_most, p_at, p_id) AS m;
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION strip_mentions(uuid[], int, timestamptz, uuid) FROM PUBLIC;
--> statement-breakpoint
-- Erases what the account p_user has, as before; what is personal in the audit log by strip_audit_events().
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
  RETURN strip_audit_events(p_user, p_most) = p_most;
END;
$$;
