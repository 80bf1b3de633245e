-- Heartbeats and events of the audit log get a partition for each month, so that what is over is dropped with its month, and no index
-- grows without end. What is there becomes the partition of the past, up to the end of this month; its rows are removed one by one.
-- What no month has is in the default partition, such as heartbeats from a clock that was set ahead. What reads whole tables is done
-- before, without locks: see 0049_partitions.before.sql.
LOCK TABLE heartbeats, audit_events IN ACCESS EXCLUSIVE MODE;
--> statement-breakpoint
ALTER TABLE heartbeats RENAME TO heartbeats_past;
--> statement-breakpoint
ALTER TABLE heartbeats_past RENAME CONSTRAINT heartbeats_user_id_at_hash_pk TO heartbeats_past_pkey;
--> statement-breakpoint
DROP TRIGGER count_added ON heartbeats_past;
--> statement-breakpoint
DROP TRIGGER count_removed ON heartbeats_past;
--> statement-breakpoint
CREATE TABLE heartbeats (
  LIKE heartbeats_past INCLUDING DEFAULTS, CONSTRAINT heartbeats_user_id_at_hash_pk PRIMARY KEY (user_id, at, hash)
) PARTITION BY RANGE (at);
--> statement-breakpoint
CREATE TABLE heartbeats_default (LIKE heartbeats_past INCLUDING ALL);
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON heartbeats REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON heartbeats REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
--> statement-breakpoint
ALTER TABLE audit_events RENAME TO audit_events_past;
--> statement-breakpoint
ALTER TABLE audit_events_past DROP CONSTRAINT audit_events_pkey;
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS audit_events_past_pkey ON audit_events_past (id, occurred_at);
--> statement-breakpoint
ALTER TABLE audit_events_past ADD CONSTRAINT audit_events_past_pkey PRIMARY KEY USING INDEX audit_events_past_pkey;
--> statement-breakpoint
ALTER INDEX audit_events_time RENAME TO audit_events_past_time;
--> statement-breakpoint
ALTER INDEX audit_events_actor RENAME TO audit_events_past_actor;
--> statement-breakpoint
ALTER INDEX audit_events_target RENAME TO audit_events_past_target;
--> statement-breakpoint
ALTER INDEX audit_events_action RENAME TO audit_events_past_action;
--> statement-breakpoint
ALTER INDEX audit_events_request RENAME TO audit_events_past_request;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS audit_events_past_target_type ON audit_events_past USING btree (target_type, occurred_at, id);
--> statement-breakpoint
DROP TRIGGER bound_own_events ON audit_events_past;
--> statement-breakpoint
DROP TRIGGER keep_audit_events ON audit_events_past;
--> statement-breakpoint
CREATE TABLE audit_events (
  LIKE audit_events_past INCLUDING DEFAULTS, CONSTRAINT "audit_events_id_occurred_at_pk" PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
--> statement-breakpoint
CREATE TABLE audit_events_default (LIKE audit_events_past INCLUDING ALL);
--> statement-breakpoint
CREATE INDEX "audit_events_target_type" ON "audit_events" USING btree ("target_type","occurred_at","id");
--> statement-breakpoint
CREATE INDEX "audit_events_time" ON "audit_events" USING btree ("occurred_at","id");
--> statement-breakpoint
CREATE INDEX "audit_events_actor" ON "audit_events" USING btree ("actor_id","occurred_at","id");
--> statement-breakpoint
CREATE INDEX "audit_events_target" ON "audit_events" USING btree ("target_id","occurred_at","id");
--> statement-breakpoint
CREATE INDEX "audit_events_action" ON "audit_events" USING btree ("action" text_pattern_ops,"occurred_at","id");
--> statement-breakpoint
CREATE INDEX "audit_events_request" ON "audit_events" USING btree ("request_id");
--> statement-breakpoint
CREATE TRIGGER keep_audit_events BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION keep_audit_events();
--> statement-breakpoint
CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();
--> statement-breakpoint
CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON audit_events_default
FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();
--> statement-breakpoint
CREATE TRIGGER bound_own_events BEFORE INSERT ON audit_events
FOR EACH ROW WHEN (NEW.actor_id = NEW.target_id AND NEW.credential_id IS NOT NULL) EXECUTE FUNCTION bound_own_events();
--> statement-breakpoint
-- Where a valid constraint says until when all rows are, the past ends there, and no row needs to be looked at.
DO $$
DECLARE
  v_month timestamptz := (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
  v_end timestamptz;
  v_table text;
  v_column text;
BEGIN
  FOR v_table, v_column IN VALUES ('heartbeats', 'at'), ('audit_events', 'occurred_at') LOOP
    SELECT substring(pg_get_constraintdef(oid) FROM '''(.*?)''')::timestamptz INTO v_end FROM pg_constraint
     WHERE conrelid = (v_table || '_past')::regclass AND conname = v_table || '_end' AND convalidated;
    IF v_end IS NULL OR v_end < v_month THEN
      EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', v_table || '_past', v_table || '_end');
      EXECUTE format('WITH moved AS (DELETE FROM %1$I WHERE %2$I >= $1 RETURNING *) INSERT INTO %3$I SELECT * FROM moved',
                     v_table || '_past', v_column, v_table || '_default') USING v_month;
      v_end := v_month;
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', v_table, v_table || '_past', v_end);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', v_table || '_past', v_table || '_end');
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', v_table || '_default', v_table || '_end');
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', v_table, v_table || '_default');
  END LOOP;
END $$;
--> statement-breakpoint
-- The partitions of p_table. Those of a month have both bounds; that of the past has no first, and the default one has none.
CREATE FUNCTION partitions_of(p_table regclass) RETURNS TABLE (partition regclass, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT c.oid::regclass, substring(bound FROM 'FROM \(''(.*?)''\)')::timestamptz, substring(bound FROM 'TO \(''(.*?)''\)')::timestamptz
    FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid, pg_get_expr(relpartbound, c.oid) AS bound
   WHERE inhparent = p_table;
$$;
--> statement-breakpoint
-- Makes the partitions of this month and the two after it, as far as they are missing, and moves there what the default ones have of
-- these months. Returns how many it made, and how many rows, 10,001 at most, no month has.
CREATE FUNCTION make_partitions(OUT made int, OUT outside int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_table text;
  v_column text;
  v_name text;
  v_from timestamptz;
  v_to timestamptz;
  v_count int;
BEGIN
  made := 0;
  outside := 0;
  -- One at a time; and none waits for long while others wait behind it.
  PERFORM set_config('lock_timeout', '2s', true);
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
  FOR v_table, v_column IN VALUES ('heartbeats', 'at'), ('audit_events', 'occurred_at') LOOP
    FOR v_from, v_to IN
      SELECT month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
        FROM generate_series(0, 2) AS n,
             LATERAL (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n) AS month) AS m
       ORDER BY n
    LOOP
      CONTINUE WHEN EXISTS (
        SELECT FROM partitions_of(v_table::regclass) p WHERE p.ends > v_from AND coalesce(p.starts, '-infinity') < v_to);
      v_name := v_table || to_char(v_from AT TIME ZONE 'UTC', '_YYYY_MM');
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', v_name, v_table);
      PERFORM set_config('audit.retention', 'on', true);
      EXECUTE format('WITH moved AS (DELETE FROM %1$I WHERE %2$I >= $1 AND %2$I < $2 RETURNING *) INSERT INTO %3$I SELECT * FROM moved',
                     v_table || '_default', v_column, v_name) USING v_from, v_to;
      PERFORM set_config('audit.retention', '', true);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', v_table, v_name, v_from, v_to);
      IF v_table = 'audit_events' THEN
        EXECUTE format('CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events()',
                       v_name);
      END IF;
      made := made + 1;
    END LOOP;
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I LIMIT 10001) AS found', v_table || '_default') INTO v_count;
    outside := least(outside + v_count, 10001);
  END LOOP;
END;
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION make_partitions() FROM PUBLIC;
--> statement-breakpoint
-- Drops the months that are over: of the audit log those that ended p_audit_days ago, and none of the last seven days; of heartbeats
-- those that ended p_heartbeat_days ago, and before every user's oldest, which prune_heartbeats moves on once slots have the time, and
-- none of the last 31 days. Returns how many.
CREATE FUNCTION drop_expired_partitions(p_heartbeat_days int, p_audit_days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_table text;
  v_before timestamptz;
  v_partition regclass;
  v_count int := 0;
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
  FOR v_table, v_before IN VALUES
    ('heartbeats', now() - make_interval(days => greatest(p_heartbeat_days, 31))),
    ('audit_events', now() - make_interval(days => greatest(p_audit_days, 7)))
  LOOP
    IF v_table = 'heartbeats' THEN
      v_before := least(v_before, (SELECT oldest_at FROM heartbeat_states WHERE oldest_at IS NOT NULL ORDER BY oldest_at LIMIT 1));
    END IF;
    FOR v_partition IN
      SELECT partition FROM partitions_of(v_table::regclass) WHERE starts IS NOT NULL AND ends <= v_before
    LOOP
      IF v_table = 'heartbeats' THEN
        -- What was being stored meanwhile is there from here on, and nothing more comes.
        LOCK TABLE heartbeats IN ACCESS EXCLUSIVE MODE;
        EXIT WHEN EXISTS (SELECT FROM heartbeat_states WHERE oldest_at < v_before);
      END IF;
      EXECUTE format('DROP TABLE %s', v_partition);
      v_count := v_count + 1;
    END LOOP;
  END LOOP;
  RETURN v_count;
END;
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION drop_expired_partitions(int, int) FROM PUBLIC;
--> statement-breakpoint
-- Removes the oldest events that are older than p_days, p_most at most, and none of the last seven days: a hostile caller
-- can't remove the traces of a week. Those that a month has go with it: see drop_expired_partitions. Returns how many.
CREATE OR REPLACE FUNCTION remove_audit_events(p_days int, p_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_partition regclass;
  v_count int;
  v_total int := 0;
BEGIN
  PERFORM set_config('audit.retention', 'on', true);
  FOR v_partition IN SELECT partition FROM partitions_of('audit_events') WHERE starts IS NULL LOOP
    EXECUTE format(
      'DELETE FROM %1$s WHERE ctid = ANY (ARRAY (
         SELECT ctid FROM %1$s WHERE occurred_at < now() - make_interval(days => greatest($1, 7))
          ORDER BY occurred_at, id LIMIT $2 FOR UPDATE SKIP LOCKED))', v_partition) USING p_days, p_most - v_total;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_total := v_total + v_count;
  END LOOP;
  PERFORM set_config('audit.retention', '', true);
  RETURN v_total;
END;
$$;
--> statement-breakpoint
-- From when on heartbeats are kept for p_days days: where that is in a month that has a partition, from its second day on, for it is
-- dropped as a whole.
CREATE FUNCTION heartbeats_kept_since(p_days int) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT starts FROM partitions_of('heartbeats') WHERE starts <= day AND day < ends), day) + interval '24 hours'
    FROM (SELECT (date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => p_days + 1)) AT TIME ZONE 'UTC' AS day) AS d;
$$;
--> statement-breakpoint
-- As before, but for months that end before: these are dropped as a whole once no user has older heartbeats, and are counted here.
CREATE OR REPLACE FUNCTION prune_heartbeats(p_user uuid, p_since timestamptz, p_most int) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_before timestamptz := p_since - interval '24 hours';
  v_oldest timestamptz;
  v_months oid[] := ARRAY (
    SELECT partition::oid FROM partitions_of('heartbeats') WHERE starts IS NOT NULL AND ends <= v_before);
  v_count bigint;
  v_dropped bigint := 0;
BEGIN
  IF NOT build_slots(p_user, p_most) THEN
    RETURN NULL;
  END IF;
  UPDATE heartbeat_states SET kept_since = greatest(kept_since, p_since)
   WHERE user_id = p_user AND coalesce(lower(dirty), 'infinity') >= p_since RETURNING oldest_at INTO v_oldest;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM heartbeats
   WHERE user_id = p_user AND at < v_before AND tableoid <> ALL (v_months) AND at <= (
     SELECT max(at) FROM (
       SELECT at FROM heartbeats WHERE user_id = p_user AND at < v_before AND tableoid <> ALL (v_months) ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count >= p_most THEN
    RETURN v_count;
  END IF;
  IF v_months <> '{}' THEN
    SELECT count(*) INTO v_dropped FROM heartbeats
     WHERE user_id = p_user AND at >= coalesce(v_oldest, '-infinity') AND at < v_before AND tableoid = ANY (v_months);
    PERFORM reduce_usage(p_user, 'heartbeats', v_dropped);
  END IF;
  -- Those that are on their way are of the last hour: store_heartbeats waits with all others until this is done.
  UPDATE heartbeat_states
     SET oldest_at = least((SELECT at FROM heartbeats WHERE user_id = p_user AND at >= v_before ORDER BY at LIMIT 1),
                           now() - interval '2 hours')
   WHERE user_id = p_user;
  RETURN v_count + v_dropped;
END;
$$;
--> statement-breakpoint
-- Erases what the account p_user has, as before, out of all partitions.
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
  -- Rows of several partitions may have the same place in theirs.
  DELETE FROM heartbeats
   WHERE user_id = p_user
     AND at <= (SELECT max(at) FROM (SELECT at FROM heartbeats WHERE user_id = p_user ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count >= p_most THEN
    RETURN true;
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
SELECT make_partitions();
