-- Returns the name of a permission, and everything that the live roles with it grant: all that a change of the
-- permission affects.
--
-- Parameters
--   p_permission  the permission
CREATE OR REPLACE FUNCTION grants_with_permission(p_permission uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT array_agg(concerned.name)
      FROM (SELECT name FROM permissions WHERE id = p_permission
            UNION
            SELECT granted
              FROM role_permissions rp
              JOIN roles r ON r.id = rp.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
             WHERE rp.permission_id = p_permission) AS concerned);
END;
$$;
