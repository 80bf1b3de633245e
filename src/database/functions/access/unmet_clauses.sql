-- Returns the clauses of a request that are not met: by the scopes of the credential, or by the permissions of its user.
-- A clause is met by any of its names. guard() selects from it, so Postgres plans its text as a part of guard().
--
-- Parameters
--   p_user          the user
--   p_is_superuser  whether the user holds every permission
--   p_scopes        the scopes with what sets stand for; null for a session
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
