-- Removes a member from the teams and from the departments that the member manages when the membership ends. The
-- member's records stay.
CREATE OR REPLACE FUNCTION end_membership() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM team_members WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  DELETE FROM department_managers WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER end_membership AFTER UPDATE OF left_at ON memberships
FOR EACH ROW WHEN (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL) EXECUTE FUNCTION end_membership();
