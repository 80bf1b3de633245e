-- Logs members who are added to a team or removed from it, who start or stop to lead it, and managers of departments.
--
-- Parameters
--   TG_ARGV[0]  the kind of group: team or department
CREATE OR REPLACE FUNCTION audit_place() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  place jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  change text := CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'DELETE' THEN 'removed' ELSE 'changed' END;
BEGIN
  -- The places of an organization that is removed are not worth an event each.
  IF EXISTS (SELECT FROM organizations WHERE id = (place->>'organization_id')::uuid) THEN
    PERFORM audit_within((place->>'organization_id')::uuid,
      kind || CASE kind WHEN 'team' THEN '.member_' ELSE '.manager_' END || change, kind, (place->>(kind || '_id'))::uuid,
      jsonb_strip_nulls(jsonb_build_object('user_id', place->'user_id', 'is_lead', place->'is_lead')));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_department_managers AFTER INSERT OR DELETE ON department_managers
FOR EACH ROW EXECUTE FUNCTION audit_place('department');
--> statement-breakpoint
CREATE TRIGGER audit_team_members AFTER INSERT OR DELETE OR UPDATE OF is_lead ON team_members
FOR EACH ROW EXECUTE FUNCTION audit_place('team');
