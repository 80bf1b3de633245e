-- Returns a zone, or null for null, after checking that it exists.
--
-- Parameters
--   p_zone   the zone
--   p_code   the SQLSTATE to raise
--   p_field  the field that has the zone, which becomes the message
--
-- Raises
--   any    p_code, for a zone that does not exist
CREATE OR REPLACE FUNCTION demand_zone(p_zone text, p_code text, p_field text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM demand(p_zone IS NULL OR is_zone(p_zone), p_code, p_field);
  RETURN p_zone;
END;
$$;
