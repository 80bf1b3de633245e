-- Returns a message about invalid times of an entry to import, or null for valid ones. The length may differ by one
-- minute, because some programs round to minutes.
--
-- Parameters
--   p_starts   the start
--   p_ends     the end
--   p_seconds  the length that the program gives, or null
CREATE OR REPLACE FUNCTION problem_of_times(p_starts timestamptz, p_ends timestamptz, p_seconds float8) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_ends IS NULL THEN 'The entry has no end.'
    WHEN p_ends < p_starts THEN 'The entry ends before it starts.'
    WHEN p_ends > now() + interval '5 minutes' THEN 'The entry ends more than five minutes in the future.'
    WHEN abs(extract(epoch FROM p_ends - p_starts) - p_seconds) > 60 THEN
      format('duration: is %s, but the time from start to end is %s. Correct one of them, or omit the duration column.',
             to_char(make_interval(secs => p_seconds), 'FMHH24:MI:SS'),
             to_char(make_interval(secs => extract(epoch FROM p_ends - p_starts)::float8), 'FMHH24:MI:SS'))
  END;
$$;
