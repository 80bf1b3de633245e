-- When an entry began and ended that another program tells the local times of. Where clocks show a time twice, that of the two
-- is meant from which the given length leads to the given end; without one, the later. A length that does not fit the times was
-- rounded there, and says nothing.
CREATE OR REPLACE FUNCTION imported_times(p_start timestamp, p_end timestamp, p_seconds float8, p_zone text, OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT candidate,
         CASE WHEN p_end IS NULL OR fits THEN candidate + make_interval(secs => p_seconds) ELSE p_end AT TIME ZONE p_zone END
    FROM generate_series(0, 2) AS step,
         LATERAL (SELECT (p_start AT TIME ZONE p_zone) - step * interval '30 minutes' AS candidate) AS candidates,
         LATERAL (SELECT coalesce((candidate + make_interval(secs => p_seconds)) AT TIME ZONE p_zone = p_end, false) AS fits) AS fit
   WHERE step = 0 OR candidate AT TIME ZONE p_zone = p_start
   ORDER BY fits DESC, step
   LIMIT 1;
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
--> statement-breakpoint
-- The instant at which each day from p_from to p_to begins in the zone p_zone, for who counts from p_minutes after midnight: the
-- first whose local time is that or later. So it is right where clocks show that time twice or skip it, and a day that a zone
-- left out (Apia, 2011-12-30) is empty. Nothing here may depend on the session's own zone, as adding a day to an instant does.
CREATE OR REPLACE FUNCTION day_starts(p_from date, p_to date, p_zone text, p_minutes int) RETURNS TABLE (day date, starts timestamptz)
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
DROP FUNCTION known_zone(text, text);
--> statement-breakpoint
DROP FUNCTION demand_zone(text, text, text);
--> statement-breakpoint
DROP FUNCTION zone_name(text);
--> statement-breakpoint
-- Whether the name of a time zone means anything here.
CREATE OR REPLACE FUNCTION is_zone(p_zone text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM now() AT TIME ZONE p_zone;
  RETURN true;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END;
$$;
