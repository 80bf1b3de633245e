-- Returns the names of sets that a token may have among its scopes: those of SCOPE_SETS in src/core/permissions.ts.
-- expand_scopes() knows what each stands for.
CREATE OR REPLACE FUNCTION scope_sets() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT '{ingest,read,full}'::text[];
$$;
