-- Returns the names that include a permission: its own, the wildcard of its resource, and the wildcard of everything.
-- It is the only function that knows wildcards; `expandWildcards` in src/core/permissions.ts does the same.
--
-- Parameters
--   p_name  the permission
CREATE OR REPLACE FUNCTION wildcards_of(p_name text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY[p_name, split_part(p_name, ':', 1) || ':*', '*'];
$$;
