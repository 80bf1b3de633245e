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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION prune_heartbeats(p_user uuid, p_since timestamptz, p_most int) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_count bigint;
BEGIN
  IF NOT build_slots(p_user, p_most) THEN
    RETURN NULL;
  END IF;
  UPDATE heartbeat_states SET kept_since = greatest(kept_since, p_since)
   WHERE user_id = p_user AND coalesce(lower(dirty), 'infinity') >= p_since;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM heartbeats
   WHERE user_id = p_user AND at < p_since - interval '1 day' AND at <= (
     SELECT max(at) FROM (
       SELECT at FROM heartbeats WHERE user_id = p_user AND at < p_since - interval '1 day' ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  -- Those that are on their way are of the last hour: store_heartbeats waits with all others until this is done.
  UPDATE heartbeat_states
     SET oldest_at = least((SELECT at FROM heartbeats WHERE user_id = p_user ORDER BY at LIMIT 1), now() - interval '2 hours')
   WHERE user_id = p_user;
  RETURN v_count;
END;
$$;
--> statement-breakpoint
DROP FUNCTION heartbeats_kept_since(int);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION remove_audit_events(p_days int, p_most int) RETURNS int
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
DROP FUNCTION drop_expired_partitions(int, int);
--> statement-breakpoint
DROP FUNCTION make_partitions();
--> statement-breakpoint
DROP FUNCTION partitions_of(regclass);
--> statement-breakpoint
ALTER TABLE audit_events DETACH PARTITION audit_events_past;
--> statement-breakpoint
INSERT INTO audit_events_past SELECT * FROM audit_events;
--> statement-breakpoint
DROP TABLE audit_events;
--> statement-breakpoint
ALTER TABLE audit_events_past RENAME TO audit_events;
--> statement-breakpoint
ALTER TABLE audit_events DROP CONSTRAINT audit_events_past_pkey;
--> statement-breakpoint
-- A role that may add events may have given one the id of another: the later one gets an id of its own.
DO $$ BEGIN
  ALTER TABLE audit_events ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
EXCEPTION WHEN unique_violation THEN
  UPDATE audit_events e SET id = gen_random_uuid()
    FROM (SELECT id, min(occurred_at) AS first FROM audit_events GROUP BY id HAVING count(*) > 1) AS twins
   WHERE e.id = twins.id AND e.occurred_at > twins.first;
  ALTER TABLE audit_events ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
END $$;
--> statement-breakpoint
DROP INDEX audit_events_past_target_type;
--> statement-breakpoint
ALTER INDEX audit_events_past_time RENAME TO audit_events_time;
--> statement-breakpoint
ALTER INDEX audit_events_past_actor RENAME TO audit_events_actor;
--> statement-breakpoint
ALTER INDEX audit_events_past_target RENAME TO audit_events_target;
--> statement-breakpoint
ALTER INDEX audit_events_past_action RENAME TO audit_events_action;
--> statement-breakpoint
ALTER INDEX audit_events_past_request RENAME TO audit_events_request;
--> statement-breakpoint
CREATE TRIGGER keep_audit_events BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION keep_audit_events();
--> statement-breakpoint
CREATE TRIGGER bound_own_events BEFORE INSERT ON audit_events
FOR EACH ROW WHEN (NEW.actor_id = NEW.target_id AND NEW.credential_id IS NOT NULL) EXECUTE FUNCTION bound_own_events();
--> statement-breakpoint
ALTER TABLE heartbeats DETACH PARTITION heartbeats_past;
--> statement-breakpoint
INSERT INTO heartbeats_past SELECT * FROM heartbeats;
--> statement-breakpoint
DROP TABLE heartbeats;
--> statement-breakpoint
ALTER TABLE heartbeats_past RENAME TO heartbeats;
--> statement-breakpoint
ALTER TABLE heartbeats RENAME CONSTRAINT heartbeats_past_pkey TO heartbeats_user_id_at_hash_pk;
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON heartbeats REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON heartbeats REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
