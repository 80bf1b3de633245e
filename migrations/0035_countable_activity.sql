-- Refuses a report of what programs saw of p_owner, or of everybody, between two instants that would take too long, before any of the
-- work is done: PT004. What a report takes grows with the events that it reads, with their bytes, and with the rules that each kind of
-- event is held against: p_rules if given, each owner's own else. p_times is how often the report reads them. It stops as soon as there
-- is too much, so it costs far less than the report.
CREATE FUNCTION demand_countable_activity(p_owner uuid, p_from timestamptz, p_to timestamptz, p_rules int, p_times int) RETURNS void
LANGUAGE plpgsql STABLE SET jit = off SET work_mem = '32MB' AS $$
DECLARE
  -- Two months of 2,500 windows a day, with as much beside.
  most_events CONSTANT int := 300000;
  most_bytes CONSTANT int := 32000000;
  -- A rule takes so long for a kind as for so many bytes of it.
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
    PERFORM demand(false, 'PT004', 'There is too much activity in these days for one report. Ask for fewer days.');
  END IF;
  SELECT sum(kinds.bytes * coalesce(p_rules, (
           SELECT count(*) FROM activity_rules WHERE owner_id = kinds.user_id AND NOT is_deleted)))
    INTO v_bytes
    FROM (SELECT user_id, sum(bytes_of_a_kind + bytes) AS bytes
            FROM (SELECT DISTINCT user_id, kind, bytes FROM seen_activity(p_owner, p_from, p_to)) AS each
           GROUP BY user_id) AS kinds;
  PERFORM demand(coalesce(v_bytes, 0) * p_times <= most_bytes_for_rules, 'PT004',
    'There are too many different windows in these days for so many rules. Ask for fewer days, or have fewer rules.');
END;
$$;
--> statement-breakpoint
-- What activity_spans reads of p_owner, or of everybody: of each event whose it is, what tells its kind from others, and its bytes.
CREATE FUNCTION seen_activity(p_owner uuid, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (user_id uuid, kind bigint, bytes int)
LANGUAGE sql STABLE AS $$
  WITH owners AS (
    SELECT p_owner AS id WHERE p_owner IS NOT NULL
    UNION SELECT user_id FROM activity_buckets WHERE p_owner IS NULL
    UNION SELECT user_id FROM heartbeat_states WHERE p_owner IS NULL
  )
  SELECT b.user_id, hashtextextended(e.said, 0), octet_length(e.said)
    FROM owners JOIN activity_buckets b ON b.user_id = owners.id, LATERAL (
      SELECT concat_ws(' ', data->>'app', data->>'title', data->>'url') AS said FROM activity_events
       WHERE bucket_key = b.key AND started_at < p_to AND ended_at > p_from
         AND started_at > p_from - make_interval(hours => b.reach_hours)
      OFFSET 0) AS e
   WHERE b.type IN ('currentwindow', 'web.tab.current', 'afkstatus')
  UNION ALL
  SELECT owners.id, hashtextextended(h.said, 0), octet_length(h.said)
    FROM owners, LATERAL (
      SELECT concat_ws(' ', editor, entity, project) AS said FROM heartbeats
       WHERE heartbeats.user_id = owners.id AND at > p_from - interval '1 hour' AND at < p_to
      OFFSET 0) AS h;
$$;
