-- Returns the activity of a user, or of all users, that none of their time entries covers, cut into days. It has the
-- columns of time_slices(), and never overlaps its rows. The project is the one that a rule assigns; activity that a
-- rule marks as unproductive is left out. Adjacent activity of one project is one slice.
--
-- Parameters
--   p_owner    the user; null for all users
--   p_from     the first day
--   p_to       the last day
--   p_zone     the zone of the days
--   p_minutes  minutes after midnight at which days begin
--   p_now      the instant at which the period ends at the latest
CREATE OR REPLACE FUNCTION activity_slices(p_owner uuid, p_from date, p_to date, p_zone text, p_minutes int, p_now timestamptz)
RETURNS TABLE (entry_id uuid, owner_id uuid, project_id uuid, task_id uuid, kind text, is_billable boolean, planned_seconds int,
               day date, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off SET work_mem = '32MB' AS $$
  WITH bounds AS MATERIALIZED (
    SELECT array_agg(starts ORDER BY day) AS cuts, min(starts) AS opens, least(max(starts), p_now) AS closes
      FROM day_starts(p_from, p_to + 1, p_zone, p_minutes)
  ), owners AS MATERIALIZED (
    SELECT p_owner AS id WHERE p_owner IS NOT NULL
    UNION SELECT user_id FROM activity_buckets WHERE p_owner IS NULL
    UNION SELECT user_id FROM heartbeat_states WHERE p_owner IS NULL
  ), free AS MATERIALIZED (
    SELECT owners.id AS owner_id, seen.starts, seen.ends, seen.project_id
      FROM bounds, owners, LATERAL (
        SELECT free.* FROM unrecorded_activity(owners.id, opens, closes, false) AS free
          LEFT JOIN activity_rules_of(owners.id, NULL) AS rule ON rule.n = free.n
         WHERE coalesce(rule.productivity, 0) >= 0) AS seen
     WHERE opens < closes
  ), numbered AS (
    SELECT *, count(*) FILTER (WHERE is_new) OVER (PARTITION BY owner_id ORDER BY starts) AS run
      FROM (SELECT *, coalesce(starts > lag(ends) OVER turn OR project_id IS DISTINCT FROM lag(project_id) OVER turn, true) AS is_new
              FROM free WINDOW turn AS (PARTITION BY owner_id ORDER BY starts)) AS each
  ), runs AS (
    SELECT owner_id, project_id, min(starts) AS starts, max(ends) AS ends FROM numbered GROUP BY owner_id, project_id, run
  )
  SELECT NULL::uuid, owner_id, project_id, NULL::uuid, 'activity', false, NULL::int, p_from + (slot - 1),
         greatest(starts, cuts[slot]), least(ends, cuts[slot + 1])
    FROM bounds, runs, generate_series(width_bucket(starts, cuts), width_bucket(ends - interval '1 microsecond', cuts)) AS slot
   WHERE cuts[slot] < cuts[slot + 1];
$$;
