-- Returns whether a credential's scopes allow a route that requires no permission. A session does, and so do scopes
-- with a permission name; a token that has only scope sets needs `full`, or `read` if the request only reads.
--
-- Parameters
--   p_scopes  the scopes as stored; null for a session
--   p_reads   whether the request only reads
CREATE OR REPLACE FUNCTION suits_open_routes(p_scopes text[], p_reads boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(NOT p_scopes <@ scope_sets() OR 'full' = ANY (p_scopes) OR p_reads AND 'read' = ANY (p_scopes), true);
$$;
