-- Returns the grants of a user's role in an organization, or null without a live membership of a live organization. The
-- scopes of the credential in use are not considered: see in_scope().
--
-- Parameters
--   p_user          the user
--   p_organization  the organization
CREATE OR REPLACE FUNCTION grants_within(p_user uuid, p_organization uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT r.grants
      FROM memberships m
      JOIN organizations o ON o.id = m.organization_id AND NOT o.is_deleted
      JOIN organization_roles r ON r.id = m.role_id
     WHERE m.organization_id = p_organization AND m.user_id = p_user AND m.left_at IS NULL);
END;
$$;
