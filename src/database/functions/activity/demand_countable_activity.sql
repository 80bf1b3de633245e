-- Refuses a report on the activity of a user, or of all users, that would take too long, before any of the work is
-- done. The time of a report grows with the number and size of the events that it reads, and with the number of rules
-- that each kind of event is matched against. It stops counting as soon as there is too much, so that it costs far
-- less than the report.
--
-- Parameters
--   p_owner  the user; null for all users
--   p_from   the start
--   p_to     the end
--   p_rules  the number of rules to try; null for each owner's own rules
--   p_times  the number of times that the report reads the events
--
-- Raises
--   PT004  there is too much activity, or too many distinct windows for the number of rules
CREATE OR REPLACE FUNCTION demand_countable_activity(p_owner uuid, p_from timestamptz, p_to timestamptz, p_rules int, p_times int) RETURNS void
LANGUAGE plpgsql STABLE SET jit = off SET work_mem = '32MB' AS $$
DECLARE
  -- Two months of 2,500 windows a day, and as many other events.
  most_events CONSTANT int := 300000;
  most_bytes CONSTANT int := 32000000;
  -- The cost of matching one rule against one kind of event, in bytes.
  bytes_of_a_kind CONSTANT int := 200;
  most_bytes_for_rules CONSTANT bigint := 2000000000;
  v_bytes bigint;
BEGIN
  IF EXISTS (
    SELECT FROM (
      SELECT count(*) OVER turn AS events, sum(bytes) OVER turn AS bytes
        FROM seen_activity(p_owner, p_from, p_to) AS seen WINDOW turn AS (ROWS UNBOUNDED PRECEDING)) AS running
     WHERE events * p_times > most_events OR bytes * p_times > most_bytes
  ) THEN
    PERFORM demand(false, 'PT004', 'There is too much activity in these days for one report. Request fewer days.');
  END IF;
  SELECT sum(kinds.bytes * coalesce(p_rules, (
           SELECT count(*) FROM activity_rules WHERE owner_id = kinds.user_id AND NOT is_deleted)))
    INTO v_bytes
    FROM (SELECT user_id, sum(bytes_of_a_kind + bytes) AS bytes
            FROM (SELECT DISTINCT user_id, kind, bytes FROM seen_activity(p_owner, p_from, p_to)) AS each
           GROUP BY user_id) AS kinds;
  PERFORM demand(coalesce(v_bytes, 0) * p_times <= most_bytes_for_rules, 'PT004',
    'There are too many distinct windows in these days for this number of rules. Request fewer days, or delete some rules.');
END;
$$;
