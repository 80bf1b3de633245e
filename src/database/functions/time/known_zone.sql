-- Returns the zone to use: the requested zone, otherwise the zone of the settings, otherwise UTC.
--
-- Parameters
--   p_asked   the zone of the request, or null
--   p_chosen  the zone of the user's settings, or null
--
-- Raises
--   PT016  the zone is unknown; a zone of the settings is if this database has fewer zones than the previous database
CREATE OR REPLACE FUNCTION known_zone(p_asked text, p_chosen text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce(demand_zone(p_asked, 'PT016', 'query.timezone'), demand_zone(p_chosen, 'PT016', 'settings.timezone'), 'UTC');
END;
$$;
