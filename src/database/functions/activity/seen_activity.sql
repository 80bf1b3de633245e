-- Returns each event that activity_spans() reads: its user, a hash of its kind, and its size in bytes.
--
-- Parameters
--   p_owner  the user; null for all users
--   p_from   the start
--   p_to     the end
CREATE OR REPLACE FUNCTION seen_activity(p_owner uuid, p_from timestamptz, p_to timestamptz)
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
