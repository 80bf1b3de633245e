-- Returns whether the scopes of a credential suit a route that takes no permission. Those of a session do, and those that
-- name a permission; a token with sets alone must have `full`, or for reading `read`.
--
-- Parameters
--   p_scopes  the scopes as stored; null for a session
--   p_reads   whether the request only reads
CREATE OR REPLACE FUNCTION suits_open_routes(p_scopes text[], p_reads boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(NOT p_scopes <@ scope_sets() OR 'full' = ANY (p_scopes) OR p_reads AND 'read' = ANY (p_scopes), true);
$$;
