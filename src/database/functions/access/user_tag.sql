-- Returns a hash that changes whenever the API's representation of a user changes, including roles and their
-- permissions.
--
-- Parameters
--   p_user  the user
CREATE OR REPLACE FUNCTION user_tag(p_user uuid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT md5(concat_ws(',', u.version, (
             SELECT string_agg(r.id || '.' || role_tag(r.id), ',' ORDER BY r.id)
               FROM user_roles ur
               JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
              WHERE ur.user_id = u.id)))
      FROM users u WHERE u.id = p_user);
END;
$$;
