-- Returns what is wrong with the times of an entry to import, as a message; null for nothing. A program that rounds
-- to minutes is off by one minute.
--
-- Parameters
--   p_starts   the start
--   p_ends     the end
--   p_seconds  the length that the program tells, or null
CREATE OR REPLACE FUNCTION problem_of_times(p_starts timestamptz, p_ends timestamptz, p_seconds float8) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_ends IS NULL THEN 'It has no end.'
    WHEN p_ends < p_starts THEN 'It ends before it starts.'
    WHEN p_ends > now() + interval '5 minutes' THEN 'It ends over five minutes ahead.'
    WHEN abs(extract(epoch FROM p_ends - p_starts) - p_seconds) > 60 THEN
      format('duration: is %s, but from start to end it is %s. Correct one of them, or leave the column of lengths out.',
             to_char(make_interval(secs => p_seconds), 'FMHH24:MI:SS'),
             to_char(make_interval(secs => extract(epoch FROM p_ends - p_starts)::float8), 'FMHH24:MI:SS'))
  END;
$$;
