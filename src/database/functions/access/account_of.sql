-- Returns a live user with their live roles and the live permissions of these, as the API shows them, and the tag of
-- this version: {"tag": …, "value": …}. Null if the user does not exist or is deleted.
--
-- Parameters
--   p_user  the user
CREATE OR REPLACE FUNCTION account_of(p_user uuid) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
      'tag', user_tag(u.id),
      'value', json_build_object(
        'id', u.id, 'username', u.username, 'email', u.email, 'is_active', u.is_active, 'is_superuser', u.is_superuser,
        'created_at', instant_text(u.created_at), 'first_name', u.first_name, 'last_name', u.last_name,
        'pending_email', (SELECT c.to_email FROM email_changes c
                           WHERE c.user_id = u.id AND c.applied_at IS NULL AND c.cancelled_at IS NULL
                             AND (c.confirmed_at IS NOT NULL OR c.expires_at > now())),
        'updated_at', instant_text(u.updated_at),
        'roles', (
          SELECT coalesce(json_agg(json_build_object(
                   'id', r.id, 'name', r.name, 'description', r.description, 'created_at', instant_text(r.created_at),
                   'updated_at', instant_text(r.updated_at),
                   'permissions', (
                     SELECT coalesce(json_agg(json_build_object(
                              'id', p.id, 'name', p.name, 'resource', p.resource, 'action', p.action,
                              'description', p.description, 'created_at', instant_text(p.created_at),
                              'updated_at', instant_text(p.updated_at)) ORDER BY p.name), '[]')
                       FROM role_permissions rp
                       JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
                      WHERE rp.role_id = r.id)) ORDER BY r.name, r.id), '[]')
            FROM user_roles ur
            JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
           WHERE ur.user_id = u.id)))
      FROM users u
     WHERE u.id = p_user AND NOT u.is_deleted);
END;
$$;
