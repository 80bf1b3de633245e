-- Returns the names of the permissions that the live roles of a user grant.
--
-- Parameters
--   p_user  the user
CREATE OR REPLACE FUNCTION grants_of_user(p_user uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(granted), '{}')
      FROM user_roles ur
      JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
     WHERE ur.user_id = p_user);
END;
$$;
