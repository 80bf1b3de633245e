-- Makes the partitions of heartbeats and audit events for this month and the next two, with their rows that are in the
-- default partition already; if there are over 100,000, promote_default_partition() makes the partition without moving
-- them. Returns how many partitions it made, and how many rows are in default partitions, at most 10,001. Only one
-- transaction runs it at a time; it waits at most two seconds for a lock, and no row enters the default partition
-- while rows are moved out of it.
--
-- Sets audit.retention, lock_timeout.
--
-- Raises
--   55P03  a lock was not available in time: the next run tries again
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
  -- One transaction at a time; none waits long for a lock, because requests would wait behind it.
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
      -- Rows of this month that arrive during the move would be outside of the bounds of the default partition.
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
