-- The instant at which each day from p_from to p_to begins in the zone p_zone, for who counts from p_minutes after midnight: the
-- first whose local time is that or later. So it is right where clocks show that time twice or skip it, and a day that a zone
-- left out (Apia, 2011-12-30) is empty. Nothing here may depend on the session's own zone, as adding a day to an instant does.
CREATE FUNCTION day_starts(p_from date, p_to date, p_zone text, p_minutes int) RETURNS TABLE (day date, starts timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT day, CASE
      WHEN early AT TIME ZONE p_zone = wanted THEN early
      -- Clocks were changed in the day before.
      WHEN late AT TIME ZONE p_zone = wanted THEN late
      -- They skip the time that is wanted: the day begins when they do. Zones change their clocks at a full minute.
      ELSE (
        SELECT min(minute AT TIME ZONE 'UTC')
          FROM generate_series((early AT TIME ZONE 'UTC') - ((early AT TIME ZONE p_zone) - wanted), early AT TIME ZONE 'UTC',
                               interval '1 minute') AS minute
         WHERE minute AT TIME ZONE 'UTC' AT TIME ZONE p_zone >= wanted)
    END
    FROM generate_series(0, p_to - p_from) AS n,
         LATERAL (SELECT p_from + n AS day, p_from + n + make_interval(mins => p_minutes) AS wanted) AS clock,
         -- Of two instants with that local time Postgres takes the later; the earlier is by the clocks of the day before.
         LATERAL (SELECT wanted AT TIME ZONE p_zone AS late) AS last,
         LATERAL (SELECT late - interval '25 hours' AS before) AS day_before,
         LATERAL (SELECT (wanted - ((before AT TIME ZONE p_zone) - (before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC' AS early) AS first;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION day_start(p_day date, p_zone text, p_minutes int) RETURNS timestamptz
LANGUAGE sql STABLE STRICT AS $$
  SELECT starts FROM day_starts(p_day, p_day, p_zone, p_minutes);
$$;
--> statement-breakpoint
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
--> statement-breakpoint
-- How p_user counts, where p_zone, p_week_start say nothing else; and which day it is for them now.
CREATE OR REPLACE FUNCTION time_frame(p_user uuid, p_zone text, p_week_start int, p_now timestamptz)
RETURNS TABLE (zone text, minutes int, week_start int, threshold int, today date)
LANGUAGE sql STABLE AS $$
  -- A day that has begun is not over until the next begins, even if clocks are put back.
  SELECT zone, minutes, week_start, threshold,
         shown + CASE WHEN day_start(shown + 1, zone, minutes) <= p_now THEN 1 ELSE 0 END
    FROM (SELECT coalesce(p_zone, s.timezone, 'UTC') AS zone, coalesce(s.day_start, 0)::int AS minutes,
                 coalesce(p_week_start, s.week_start, 1)::int AS week_start,
                 coalesce(s.streak_threshold_seconds, 900) AS threshold
            FROM (SELECT) AS nobody LEFT JOIN time_settings s ON s.user_id = p_user) AS chosen,
         LATERAL (SELECT ((p_now AT TIME ZONE zone) - make_interval(mins => minutes))::date AS shown) AS by_the_clock;
$$;
