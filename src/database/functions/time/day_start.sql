-- Returns the instant at which a day begins in a zone: day_starts() for a single day.
--
-- Parameters
--   p_day      the day
--   p_zone     the zone
--   p_minutes  minutes after midnight at which the user's days begin
CREATE OR REPLACE FUNCTION day_start(p_day date, p_zone text, p_minutes int) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN (
    SELECT starts FROM day_starts(p_day, p_day, p_zone, p_minutes));
END;
$$;
