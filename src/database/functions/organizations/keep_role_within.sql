-- Refuses a role that members of the organization can't have: one of another organization, a deleted one, or the role
-- of a relation. It locks the role, so that the role is not deleted at the same time.
--
-- Raises
--   PT005  the organization does not have the role
CREATE OR REPLACE FUNCTION keep_role_within() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM organization_roles
    WHERE id = NEW.role_id AND NOT is_deleted
      AND (organization_id = NEW.organization_id OR builtin IN ('owner', 'admin', 'manager', 'member', 'guest'))
      FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Role not found.' USING ERRCODE = 'PT005';
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_role_within BEFORE INSERT OR UPDATE OF role_id ON invitations
FOR EACH ROW EXECUTE FUNCTION keep_role_within();
--> statement-breakpoint
CREATE TRIGGER keep_role_within BEFORE INSERT OR UPDATE OF role_id ON memberships
FOR EACH ROW EXECUTE FUNCTION keep_role_within();
