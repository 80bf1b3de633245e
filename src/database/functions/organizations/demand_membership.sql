-- Refuses a member of a team or a manager of a department without a live membership of the organization. It locks the
-- membership, so that it does not end at the same time.
--
-- Raises
--   PT005  the user is not a member
CREATE OR REPLACE FUNCTION demand_membership() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM memberships
    WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id AND left_at IS NULL
      FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Member not found.' USING ERRCODE = 'PT005';
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER demand_membership BEFORE INSERT ON department_managers
FOR EACH ROW EXECUTE FUNCTION demand_membership();
--> statement-breakpoint
CREATE TRIGGER demand_membership BEFORE INSERT ON team_members
FOR EACH ROW EXECUTE FUNCTION demand_membership();
