-- Returns the clauses of a request that the scopes of the credential or the permissions of its user do not meet. Any
-- of its names meets a clause. guard() selects from it, so Postgres can inline it.
--
-- Parameters
--   p_user          the user
--   p_is_superuser  whether the user holds every permission
--   p_scopes        the scopes, with scope sets expanded; null for a session
--   p_required      the clauses, as an array of arrays
CREATE OR REPLACE FUNCTION unmet_clauses(p_user uuid, p_is_superuser boolean, p_scopes text[], p_required jsonb)
RETURNS TABLE (clause jsonb)
LANGUAGE sql STABLE AS $$
  SELECT required.clause
    FROM jsonb_array_elements(p_required) AS required (clause)
   WHERE NOT coalesce(required.clause ?| p_scopes, true)
      OR NOT p_is_superuser AND NOT EXISTS (
           SELECT FROM user_roles ur
             JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
             JOIN role_permissions rp ON rp.role_id = r.id
             JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
            WHERE ur.user_id = p_user AND required.clause ? p.name
         );
$$;
