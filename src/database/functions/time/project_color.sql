-- Returns a color for a new project. The eight colors differ for every kind of color vision, and contrast with white.
--
-- Parameters
--   p_place  the number of projects that came before
CREATE OR REPLACE FUNCTION project_color(p_place bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT (ARRAY['#527dfb', '#d65727', '#1e0a9a', '#af83a4', '#9b160b', '#5452b3', '#6d3e5f', '#52103a'])[1 + p_place % 8];
$$;
