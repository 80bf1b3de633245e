-- The time entries of p_owner (of everybody for null) from the day p_from to the day p_to, cut at the boundaries of days:
-- one row for each entry and day. What runs counts until p_now. Entries of over a day have an index of their own, so that
-- no more than the period, the day before it and the few long ones is read, however long the history is.
CREATE OR REPLACE FUNCTION time_slices(p_owner uuid, p_from date, p_to date, p_zone text, p_minutes int, p_now timestamptz)
RETURNS TABLE (entry_id uuid, owner_id uuid, project_id uuid, task_id uuid, kind text, is_billable boolean, planned_seconds int,
               day date, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE AS $$
  WITH bounds AS MATERIALIZED (
    SELECT array_agg(starts ORDER BY day) AS starts, min(starts) AS first, max(starts) AS last
      FROM day_starts(p_from, p_to + 1, p_zone, p_minutes)
  ), entries AS (
    SELECT e.*, coalesce(e.ended_at, p_now) AS ends
      FROM bounds, time_entries e
     WHERE NOT e.is_deleted AND (p_owner IS NULL OR e.owner_id = p_owner)
       AND e.started_at >= bounds.first - interval '24 hours' AND e.started_at < bounds.last
    UNION ALL
    SELECT e.*, coalesce(e.ended_at, p_now) AS ends
      FROM bounds, time_entries e
     WHERE NOT e.is_deleted AND (p_owner IS NULL OR e.owner_id = p_owner)
       AND e.started_at < bounds.first - interval '24 hours'
       AND (e.ended_at IS NULL OR e.ended_at - e.started_at > interval '1 day')
  )
  SELECT e.id, e.owner_id, e.project_id, e.task_id, e.kind, e.is_billable, e.planned_seconds,
         p_from + (slot - 1), greatest(e.started_at, bounds.starts[slot]), least(e.ends, bounds.starts[slot + 1])
    FROM bounds, entries e,
         LATERAL generate_series(
           width_bucket(greatest(e.started_at, bounds.first), bounds.starts),
           width_bucket(least(e.ends, bounds.last) - interval '1 microsecond', bounds.starts)) AS slot
   WHERE e.ends > bounds.first AND e.ends > e.started_at;
$$;
