-- Returns whether the credential in use allows a permission: a session allows every permission, a personal token only
-- its scopes.
--
-- Parameters
--   p_name  the permission
--
-- Reads the setting guard.scopes.
CREATE OR REPLACE FUNCTION in_scope(p_name text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('guard.scopes', true), '')::jsonb ?| wildcards_of(p_name), true);
$$;
