-- Returns whether a user holds all of the given permissions, by name or by a wildcard, within the scopes of the
-- credential in use. Superusers hold every permission.
--
-- Parameters
--   p_user   the user
--   p_names  the permissions
CREATE OR REPLACE FUNCTION holds_all(p_user uuid, p_names text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT NOT EXISTS (SELECT FROM unnest(p_names) AS wanted WHERE NOT in_scope(wanted))
      AND (coalesce((SELECT is_superuser FROM users WHERE id = p_user AND NOT is_deleted AND is_active), false)
        OR NOT EXISTS (
          SELECT FROM unnest(p_names) AS wanted
           WHERE NOT EXISTS (
             SELECT FROM user_roles ur
               JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
               JOIN role_permissions rp ON rp.role_id = r.id
               JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
              WHERE ur.user_id = p_user AND p.name = ANY (wildcards_of(wanted))
           )
        )));
END;
$$;
