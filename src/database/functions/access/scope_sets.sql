-- Returns the names of the scope sets that a token may have among its scopes: SCOPE_SETS in src/core/permissions.ts.
-- expand_scopes() has the permissions of each.
CREATE OR REPLACE FUNCTION scope_sets() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT '{ingest,read,full}'::text[];
$$;
