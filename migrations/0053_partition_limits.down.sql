-- The way down from 0053_partition_limits: partitions as they were made and dropped before.
ALTER FUNCTION prune_heartbeats(uuid, timestamptz, int) RESET enable_seqscan;
--> statement-breakpoint
ALTER FUNCTION erase_records(uuid, int) RESET enable_seqscan;
--> statement-breakpoint
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
     SELECT id FROM audit_events WHERE (actor_id = p_user OR target_id = p_user) AND NOT details ? 'erased' LIMIT p_most));
  GET DIAGNOSTICS v_count = ROW_COUNT;
  PERFORM set_config('audit.erasure', '', true);
  RETURN v_count;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION drop_expired_partitions(p_heartbeat_days int, p_audit_days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
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
DROP FUNCTION drop_heartbeats_except(regclass, timestamptz, timestamptz, uuid[]);
--> statement-breakpoint
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
DROP FUNCTION promote_default_partition(text, text, text, timestamptz, timestamptz);
