-- Removes the oldest audit events that are past retention, outside the partitions of months, and returns their number.
-- It never removes events of the last seven days, so that an attacker can't remove the traces of a week. Whole months
-- are dropped by drop_expired_partitions(). It runs with the rights of the owner of the tables and a search path of
-- its own, so that a caller can't put another table in the place of the log (CVE-2018-1058).
--
-- Parameters
--   p_days  the number of days that events are kept
--   p_most  the maximum number of events to remove
--
-- Sets audit.retention.
CREATE OR REPLACE FUNCTION remove_audit_events(p_days int, p_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
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
