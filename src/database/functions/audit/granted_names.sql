-- Returns the names of a user's roles or of a role's permissions, sorted, as JSON. Deleted ones are included, because
-- they are linked again when they are restored.
--
-- Parameters
--   p_kind  user or role
--   p_id    the user or role
CREATE OR REPLACE FUNCTION granted_names(p_kind text, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(name ORDER BY name COLLATE "C"), '[]')
      FROM (
        SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE p_kind = 'user' AND ur.user_id = p_id
        UNION ALL
        SELECT p.name FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id
         WHERE p_kind = 'role' AND rp.role_id = p_id
      ) AS granted);
END;
$$;
