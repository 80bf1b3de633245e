-- Returns the instant at which each day of a period begins in a zone: the first instant whose local time is the start
-- of the day or later. This is right where clocks show that time twice or skip it, and a day that a zone skipped
-- (Apia, 2011-12-30) is empty. Nothing here may depend on the session's own zone, as adding a day to an instant does.
--
-- Parameters
--   p_from     the first day
--   p_to       the last day
--   p_zone     the zone
--   p_minutes  minutes after midnight at which the user's days begin
CREATE OR REPLACE FUNCTION day_starts(p_from date, p_to date, p_zone text, p_minutes int) RETURNS TABLE (day date, starts timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT day, CASE
      WHEN early AT TIME ZONE (':' || p_zone) = wanted THEN early
      -- Clocks changed during the day before.
      WHEN late AT TIME ZONE (':' || p_zone) = wanted THEN late
      -- Clocks skip the wanted time: the day begins at the change, which is at a full minute, or otherwise (Monrovia, 1972) at the
      -- earlier instant.
      ELSE coalesce((
        SELECT min(minute AT TIME ZONE 'UTC')
          FROM generate_series((early AT TIME ZONE 'UTC') - ((early AT TIME ZONE (':' || p_zone)) - wanted), early AT TIME ZONE 'UTC',
                               interval '1 minute') AS minute
         WHERE minute AT TIME ZONE 'UTC' AT TIME ZONE (':' || p_zone) >= wanted), early)
    END
    FROM generate_series(0, p_to - p_from) AS n,
         LATERAL (SELECT p_from + n AS day, p_from + n + make_interval(mins => p_minutes) AS wanted) AS clock,
         -- If two instants have that local time, Postgres takes the later; the earlier has the UTC offset of the day before.
         LATERAL (SELECT wanted AT TIME ZONE (':' || p_zone) AS late) AS last,
         LATERAL (SELECT late - interval '25 hours' AS before) AS day_before,
         LATERAL (SELECT (wanted - ((before AT TIME ZONE (':' || p_zone)) - (before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC' AS early) AS first;
$$;
