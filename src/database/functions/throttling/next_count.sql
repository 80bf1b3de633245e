-- Returns the state of a bucket after one more attempt: one row.
--
-- Parameters
--   p_attempts       the number of attempts before
--   p_window_end     the end of the window that they were counted in
--   p_quota          the number of attempts without a wait
--   p_window         the length of a window, in seconds
--   p_first_delay    the first wait, in seconds; null if waits do not grow
--   p_longest_delay  the longest wait, in seconds
CREATE OR REPLACE FUNCTION next_count(p_attempts int, p_window_end timestamptz, p_quota int, p_window int, p_first_delay int,
                                      p_longest_delay int)
RETURNS TABLE (attempts int, window_ends_at timestamptz, blocked_until timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT next.attempts,
         CASE
           WHEN delay IS NOT NULL
             THEN now() + delay + make_interval(secs => CASE WHEN p_first_delay IS NULL THEN 0 ELSE p_window END)
           WHEN p_window_end <= now() THEN now() + make_interval(secs => p_window)
           ELSE p_window_end
         END,
         now() + delay
    FROM (SELECT CASE WHEN p_window_end <= now() THEN 1 ELSE p_attempts + 1 END AS attempts) AS next,
         LATERAL (SELECT CASE WHEN next.attempts >= p_quota THEN
           make_interval(secs => coalesce(least(p_first_delay * 2 ^ least(next.attempts - p_quota, 30), p_longest_delay), p_window))
         END AS delay) AS wait;
$$;
