-- Returns a hash that changes whenever the API's representation of a role changes, including its permissions.
--
-- Parameters
--   p_role  the role
CREATE OR REPLACE FUNCTION role_tag(p_role uuid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT md5(concat_ws(',', r.version, (
             SELECT string_agg(p.id || '.' || p.version, ',' ORDER BY p.id)
               FROM role_permissions rp
               JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
              WHERE rp.role_id = r.id)))
      FROM roles r WHERE r.id = p_role);
END;
$$;
