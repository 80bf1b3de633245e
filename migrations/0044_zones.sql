-- Returns whether the IANA database that Postgres has knows a zone of this name, without regard to case. The colon, which every conversion here puts
-- before a name, means "the file of that name": without it Postgres takes CET, EET, MET and WET for abbreviations, which know no
-- summer time, knows abbreviations that are no zones (IST), and reads any other text as a rule of POSIX. Copies of the database that
-- some systems keep in folders of its own, and files that name no place, are no zones.
CREATE OR REPLACE FUNCTION is_zone(p_zone text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM now() AT TIME ZONE (':' || p_zone);
  RETURN p_zone !~* '^((posix|right)/|(factory|localtime|posixrules)$)';
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END;
$$;
--> statement-breakpoint
-- Returns the name of a zone as the IANA database writes it: Europe/Berlin for europe/berlin. It must be one (is_zone).
CREATE FUNCTION zone_name(p_zone text) RETURNS text
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
  -- Is taken back when the function ends.
  PERFORM set_config('timezone', ':' || p_zone, true);
  RETURN current_setting('timezone');
END;
$$;
--> statement-breakpoint
-- Returns p_zone, also where it is null. Raises p_code with p_field, the field that it came in, if there is no such zone.
CREATE FUNCTION demand_zone(p_zone text, p_code text, p_field text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM demand(p_zone IS NULL OR is_zone(p_zone), p_code, p_field);
  RETURN p_zone;
END;
$$;
--> statement-breakpoint
-- Returns the zone that counts: the one that was asked for, else the one that was chosen, else UTC.
--
--   PT016  it is unknown: the one that was chosen, where this database has fewer zones than the one before it
CREATE FUNCTION known_zone(p_asked text, p_chosen text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce(demand_zone(p_asked, 'PT016', 'query.timezone'), demand_zone(p_chosen, 'PT016', 'settings.timezone'), 'UTC');
END;
$$;
--> statement-breakpoint
-- The instant at which each day from p_from to p_to begins in the zone p_zone, for who counts from p_minutes after midnight: the
-- first whose local time is that or later. So it is right where clocks show that time twice or skip it, and a day that a zone
-- left out (Apia, 2011-12-30) is empty. Nothing here may depend on the session's own zone, as adding a day to an instant does.
CREATE OR REPLACE FUNCTION day_starts(p_from date, p_to date, p_zone text, p_minutes int) RETURNS TABLE (day date, starts timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT day, CASE
      WHEN early AT TIME ZONE (':' || p_zone) = wanted THEN early
      -- Clocks were changed in the day before.
      WHEN late AT TIME ZONE (':' || p_zone) = wanted THEN late
      -- They skip the time that is wanted: the day begins when they do, which is at a full minute, or else (Monrovia, 1972) at the
      -- earlier instant.
      ELSE coalesce((
        SELECT min(minute AT TIME ZONE 'UTC')
          FROM generate_series((early AT TIME ZONE 'UTC') - ((early AT TIME ZONE (':' || p_zone)) - wanted), early AT TIME ZONE 'UTC',
                               interval '1 minute') AS minute
         WHERE minute AT TIME ZONE 'UTC' AT TIME ZONE (':' || p_zone) >= wanted), early)
    END
    FROM generate_series(0, p_to - p_from) AS n,
         LATERAL (SELECT p_from + n AS day, p_from + n + make_interval(mins => p_minutes) AS wanted) AS clock,
         -- Of two instants with that local time Postgres takes the later; the earlier is by the clocks of the day before.
         LATERAL (SELECT wanted AT TIME ZONE (':' || p_zone) AS late) AS last,
         LATERAL (SELECT late - interval '25 hours' AS before) AS day_before,
         LATERAL (SELECT (wanted - ((before AT TIME ZONE (':' || p_zone)) - (before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC' AS early) AS first;
$$;
--> statement-breakpoint
-- How p_user counts, where p_zone, p_week_start say nothing else; and which day it is for them now. Raises PT016 for an unknown zone.
CREATE OR REPLACE FUNCTION time_frame(p_user uuid, p_zone text, p_week_start int, p_now timestamptz)
RETURNS TABLE (zone text, minutes int, week_start int, threshold int, today date)
LANGUAGE sql STABLE AS $$
  -- A day that has begun is not over until the next begins, even if clocks are put back.
  SELECT zone, minutes, week_start, threshold,
         shown + CASE WHEN day_start(shown + 1, zone, minutes) <= p_now THEN 1 ELSE 0 END
    FROM (SELECT known_zone(p_zone, s.timezone) AS zone, coalesce(s.day_start, 0)::int AS minutes,
                 coalesce(p_week_start, s.week_start, 1)::int AS week_start,
                 coalesce(s.streak_threshold_seconds, 900) AS threshold
            FROM (SELECT) AS nobody LEFT JOIN time_settings s ON s.user_id = p_user) AS chosen,
         LATERAL (SELECT ((p_now AT TIME ZONE (':' || zone)) - make_interval(mins => minutes))::date AS shown) AS by_the_clock;
$$;
--> statement-breakpoint
-- When an entry began and ended that another program tells the local times of. Where clocks show a time twice, that of the two
-- is meant from which the given length leads to the given end; without one, the later. A length that does not fit the times was
-- rounded there, and says nothing.
CREATE OR REPLACE FUNCTION imported_times(p_start timestamp, p_end timestamp, p_seconds float8, p_zone text, OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT candidate,
         CASE WHEN p_end IS NULL OR fits THEN candidate + make_interval(secs => p_seconds) ELSE p_end AT TIME ZONE (':' || p_zone) END
    FROM generate_series(0, 2) AS step,
         LATERAL (SELECT (p_start AT TIME ZONE (':' || p_zone)) - step * interval '30 minutes' AS candidate) AS candidates,
         LATERAL (SELECT coalesce((candidate + make_interval(secs => p_seconds)) AT TIME ZONE (':' || p_zone) = p_end, false) AS fits) AS fit
   WHERE step = 0 OR candidate AT TIME ZONE (':' || p_zone) = p_start
   ORDER BY fits DESC, step
   LIMIT 1;
$$;
