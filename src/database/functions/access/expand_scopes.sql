-- Returns the scopes of a token, together with the permissions that the scope sets among them currently stand for, and
-- the grants to read in organizations that have no permission of the same name.
--
-- Parameters
--   p_scopes  the scopes as stored
CREATE OR REPLACE FUNCTION expand_scopes(p_scopes text[]) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN (
    SELECT CASE WHEN NOT p_scopes && scope_sets() THEN p_scopes ELSE
      p_scopes
      || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
      || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
      || CASE WHEN 'read' = ANY (p_scopes)
              THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted)
                   || '{members:read,teams:read,export:read}' ELSE '{}' END
    END);
END;
$$;
