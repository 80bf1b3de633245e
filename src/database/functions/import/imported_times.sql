-- Returns the start and end of an entry of which another program tells local times. Where clocks show a time twice,
-- it takes the one from which the given length leads to the given end; without an end, the later. A length that
-- doesn't fit the times was rounded there, and is ignored.
--
-- Parameters
--   p_start    the local start
--   p_end      the local end, or null
--   p_seconds  the length
--   p_zone     the zone
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
