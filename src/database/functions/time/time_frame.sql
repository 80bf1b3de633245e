-- Returns how a user's days and weeks are counted (zone, start of the day in minutes, first day of the week, threshold
-- of a streak in seconds) and the user's current day.
--
-- Parameters
--   p_user        the user
--   p_zone        a zone to use instead of that of the settings, or null
--   p_week_start  a first day of the week to use instead of that of the settings, or null
--   p_now         the instant whose day is the current day
--
-- Raises
--   PT016  the zone is unknown
CREATE OR REPLACE FUNCTION time_frame(p_user uuid, p_zone text, p_week_start int, p_now timestamptz)
RETURNS TABLE (zone text, minutes int, week_start int, threshold int, today date)
LANGUAGE sql STABLE AS $$
  -- A day lasts until the next one begins, even if clocks are put back.
  SELECT zone, minutes, week_start, threshold,
         shown + CASE WHEN day_start(shown + 1, zone, minutes) <= p_now THEN 1 ELSE 0 END
    FROM (SELECT known_zone(p_zone, s.timezone) AS zone, coalesce(s.day_start, 0)::int AS minutes,
                 coalesce(p_week_start, s.week_start, 1)::int AS week_start,
                 coalesce(s.streak_threshold_seconds, 900) AS threshold
            FROM (SELECT) AS one_row LEFT JOIN time_settings s ON s.user_id = p_user) AS chosen,
         LATERAL (SELECT ((p_now AT TIME ZONE (':' || zone)) - make_interval(mins => minutes))::date AS shown) AS by_the_clock;
$$;
