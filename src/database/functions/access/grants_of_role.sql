-- Returns the names of the permissions that a role grants, or would grant if it were not deleted.
--
-- Parameters
--   p_role  the role
CREATE OR REPLACE FUNCTION grants_of_role(p_role uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(p.name), '{}')
      FROM role_permissions rp
      JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
     WHERE rp.role_id = p_role);
END;
$$;
