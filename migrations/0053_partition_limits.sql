-- Makes the default partition of p_table that of the time from the end of the month before p_from to p_to, under the name p_name, and
-- moves what it has of other times to a new default partition. So it moves few rows, however many the default partition has.
CREATE FUNCTION promote_default_partition(p_table text, p_column text, p_name text, p_from timestamptz, p_to timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_default text := p_table || '_default';
  v_from timestamptz := coalesce((SELECT max(ends) FROM partitions_of(p_table::regclass) WHERE ends <= p_from), p_from);
BEGIN
  -- Before any partition, as requests lock them.
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', p_table);
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, v_default);
  EXECUTE format('ALTER TABLE %I RENAME TO %I', v_default, p_name);
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', v_default, p_table);
  EXECUTE format('WITH moved AS (DELETE FROM %1$I WHERE %2$I < $1 OR %2$I >= $2 RETURNING *) INSERT INTO %3$I SELECT * FROM moved',
                 p_name, p_column, v_default) USING v_from, p_to;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', p_table, p_name, v_from, p_to);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', p_table, v_default);
  IF p_table = 'audit_events' THEN
    EXECUTE format('CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events()',
                   v_default);
  END IF;
END;
$$;
--> statement-breakpoint
-- As before, and moves no more than 100,000 rows of a month.
CREATE OR REPLACE FUNCTION make_partitions(OUT made int, OUT outside int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
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
      EXECUTE format('SELECT count(*) FROM (SELECT FROM %1$I WHERE %2$I >= $1 AND %2$I < $2 LIMIT 100001) AS found',
                     v_table || '_default', v_column) INTO v_count USING v_from, v_to;
      IF v_count > 100000 THEN
        PERFORM promote_default_partition(v_table, v_column, v_name, v_from, v_to);
        made := made + 1;
        CONTINUE;
      END IF;
      -- Rows of this month that arrive while those before them are moved would be rows outside of the bounds of the default partition.
      EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', v_table || '_default');
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
-- Drops p_partition, a month of heartbeats, but for those of the accounts p_users: if they have up to 200,000, it is made anew of these,
-- else it stays whole. The caller has locked heartbeats. Returns whether no such month is left.
CREATE FUNCTION drop_heartbeats_except(p_partition regclass, p_starts timestamptz, p_ends timestamptz, p_users uuid[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_name text := (SELECT relname FROM pg_class WHERE oid = p_partition);
  v_kept int;
  v_has_others boolean;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s WHERE user_id = ANY ($1) LIMIT 200001) AS found', p_partition)
    INTO v_kept USING p_users;
  EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE user_id <> ALL ($1))', p_partition) INTO v_has_others USING p_users;
  IF v_kept = 0 THEN
    EXECUTE format('DROP TABLE %s', p_partition);
  ELSIF v_kept <= 200000 AND v_has_others THEN
    CREATE TABLE heartbeats_kept (LIKE heartbeats INCLUDING ALL);
    EXECUTE format('INSERT INTO heartbeats_kept SELECT * FROM %s WHERE user_id = ANY ($1)', p_partition) USING p_users;
    EXECUTE format('DROP TABLE %s', p_partition);
    EXECUTE format('ALTER TABLE heartbeats_kept RENAME TO %I', v_name);
    EXECUTE format('ALTER TABLE heartbeats ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', v_name, p_starts, p_ends);
  END IF;
  RETURN v_kept = 0;
END;
$$;
--> statement-breakpoint
-- As before, but for accounts whose slots could not be built at the last attempt: months go without their heartbeats, which stay until
-- their slots have them.
CREATE OR REPLACE FUNCTION drop_expired_partitions(p_heartbeat_days int, p_audit_days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
DECLARE
  v_heartbeats timestamptz := now() - make_interval(days => greatest(p_heartbeat_days, 31));
  v_month record;
  v_stuck uuid[];
  v_count int := 0;
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
  FOR v_month IN
    SELECT partition FROM partitions_of('audit_events')
     WHERE starts IS NOT NULL AND ends <= now() - make_interval(days => greatest(p_audit_days, 7))
  LOOP
    EXECUTE format('DROP TABLE %s', v_month.partition);
    v_count := v_count + 1;
  END LOOP;
  v_heartbeats := least(v_heartbeats, (
    SELECT oldest_at FROM heartbeat_states WHERE oldest_at IS NOT NULL AND retry_at IS NULL ORDER BY oldest_at LIMIT 1));
  FOR v_month IN SELECT * FROM partitions_of('heartbeats') WHERE starts IS NOT NULL AND ends <= v_heartbeats ORDER BY starts LOOP
    -- What was being stored meanwhile is there from here on, and nothing more comes.
    LOCK TABLE heartbeats IN ACCESS EXCLUSIVE MODE;
    EXIT WHEN EXISTS (SELECT FROM heartbeat_states WHERE oldest_at < v_heartbeats AND retry_at IS NULL);
    v_stuck := ARRAY (SELECT user_id FROM heartbeat_states WHERE oldest_at < v_month.ends);
    IF drop_heartbeats_except(v_month.partition, v_month.starts, v_month.ends, v_stuck) THEN
      v_count := v_count + 1;
    END IF;
  END LOOP;
  RETURN v_count;
END;
$$;
--> statement-breakpoint
-- As before, and only those events, where others have their ids.
CREATE OR REPLACE FUNCTION strip_audit_events(p_user uuid, p_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
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
     SELECT id FROM audit_events WHERE (actor_id = p_user OR target_id = p_user) AND NOT details ? 'erased' LIMIT p_most))
     -- Another event may have been given the id of one of these.
     AND (actor_id = p_user OR target_id = p_user);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  PERFORM set_config('audit.erasure', '', true);
  RETURN v_count;
END;
$$;
--> statement-breakpoint
-- A part of a large account is found by an index: that the part is small, the planner does not know.
ALTER FUNCTION erase_records(uuid, int) SET enable_seqscan = off;
--> statement-breakpoint
ALTER FUNCTION prune_heartbeats(uuid, timestamptz, int) SET enable_seqscan = off;
