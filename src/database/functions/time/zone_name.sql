-- Returns the name of a zone as the IANA database spells it: Europe/Berlin for europe/berlin. Its change of the
-- timezone setting ends when it returns.
--
-- Parameters
--   p_zone  the zone, which must exist (see is_zone)
--
-- Reads the setting timezone.
-- Sets timezone.
CREATE OR REPLACE FUNCTION zone_name(p_zone text) RETURNS text
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
  -- Reverted when the function returns.
  PERFORM set_config('timezone', ':' || p_zone, true);
  RETURN current_setting('timezone');
END;
$$;
