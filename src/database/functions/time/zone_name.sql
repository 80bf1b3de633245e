-- Returns the name of a zone as the IANA database writes it: Europe/Berlin for europe/berlin. Its own setting of the
-- zone is undone when it returns.
--
-- Parameters
--   p_zone  the zone, which must exist (see is_zone)
--
-- Reads the setting timezone.
-- Sets timezone.
CREATE OR REPLACE FUNCTION zone_name(p_zone text) RETURNS text
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
  -- Is taken back when the function ends.
  PERFORM set_config('timezone', ':' || p_zone, true);
  RETURN current_setting('timezone');
END;
$$;
