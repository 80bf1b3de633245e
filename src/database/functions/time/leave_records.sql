-- Ends what a member does on an organization's records when the membership ends: it removes the member from projects,
-- and stops a running time entry. The member's records stay.
CREATE OR REPLACE FUNCTION leave_records() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM project_members WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  UPDATE time_entries
     SET ended_at = greatest(started_at, clock_timestamp()::timestamptz(3)), updated_at = now(), version = version + 1
   WHERE owner_id = NEW.user_id AND organization_id = NEW.organization_id AND ended_at IS NULL AND NOT is_deleted;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER leave_records AFTER UPDATE OF left_at ON memberships
FOR EACH ROW WHEN (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL) EXECUTE FUNCTION leave_records();
