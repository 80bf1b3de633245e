-- Drops the months that are past retention, and returns their number. A month of audit events must have ended long
-- enough ago, and contain none of the last seven days. A month of heartbeats must have ended long enough ago and before
-- every user's oldest heartbeat, which prune_heartbeats() advances once slots are built, and contain none of the last
-- 31 days. Users whose slots
-- could not be built at the last attempt don't hold a month up: drop_heartbeats_except() keeps their heartbeats. It
-- waits at most two seconds for a lock.
--
-- Parameters
--   p_heartbeat_days  the number of days that heartbeats are kept
--   p_audit_days      the number of days that audit events are kept
--
-- Sets lock_timeout.
--
-- Raises
--   55P03  a lock was not available in time: the next run tries again
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
    -- Every heartbeat that was being stored is visible from here on, and no more are added.
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
