-- Returns the names of the live organizations among the given ones that have no owner left: no member with the role
-- owner whose account is active. It takes a lock of each organization, so that transactions that remove its owners take
-- turns, and each sees the result of the previous one.
--
-- Parameters
--   p_organizations  the organizations
CREATE OR REPLACE FUNCTION organizations_without_owner(p_organizations uuid[]) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
  v_organization uuid;
BEGIN
  FOR v_organization IN SELECT DISTINCT organization FROM unnest(p_organizations) AS organization ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('owners of ' || v_organization, 0));
  END LOOP;
  RETURN ARRAY(
    SELECT o.name FROM organizations o
     WHERE o.id = ANY (p_organizations) AND NOT o.is_deleted
       AND NOT EXISTS (
         SELECT FROM memberships m
           JOIN organization_roles r ON r.id = m.role_id AND r.builtin = 'owner'
           JOIN users u ON u.id = m.user_id AND u.is_active AND NOT u.is_deleted
          WHERE m.organization_id = o.id AND m.left_at IS NULL)
     ORDER BY o.name COLLATE "C");
END;
$$;
