-- Keeps the scope of a record, which its references must share, equal to its organization. A new record of an
-- organization needs a member of it as owner. The membership is locked, so that it does not end at the same time. Refuses a new personal
-- record to a caller who has the permission for it only in organizations.
--
-- Reads the setting guard.lacking.
--
-- Raises
--   PT003  the caller may not create personal records; the detail has the clauses that are not met, as JSON
--   PT005  the owner is not a member of the organization
CREATE OR REPLACE FUNCTION keep_scope() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.scope_id := coalesce(NEW.organization_id, '00000000-0000-0000-0000-000000000000');
  IF TG_OP = 'INSERT' AND NEW.organization_id IS NULL AND NOT reaches_personal() THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING
      ERRCODE = 'PT003', DETAIL = current_setting('guard.lacking');
  END IF;
  IF NEW.organization_id IS NULL OR TG_OP = 'UPDATE' AND NEW.organization_id = OLD.organization_id THEN
    RETURN NEW;
  END IF;
  PERFORM FROM memberships
    WHERE organization_id = NEW.organization_id AND user_id = NEW.owner_id AND left_at IS NULL
      FOR SHARE;
  PERFORM demand(FOUND, 'PT005', 'Organization not found.');
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON clients
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON clients
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000'
                   OR current_setting('guard.lacking', true) <> '')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON projects
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON projects
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000'
                   OR current_setting('guard.lacking', true) <> '')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON tags
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON tags
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000'
                   OR current_setting('guard.lacking', true) <> '')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON tasks
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON tasks
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000'
                   OR current_setting('guard.lacking', true) <> '')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON time_entries
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON time_entries
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000'
                   OR current_setting('guard.lacking', true) <> '')
EXECUTE FUNCTION keep_scope();
