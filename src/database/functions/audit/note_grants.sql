-- Stores in a setting, until the transaction ends, the roles of a user or the permissions of a role as they were
-- before the first change. They change row by row, and audit_grants() logs the change once.
--
-- Parameters
--   TG_ARGV[0]  user or role
--
-- Reads the setting audit.grants.
-- Sets audit.grants.
CREATE OR REPLACE FUNCTION note_grants() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  whose text := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END ->> (kind || '_id');
  noted jsonb := coalesce(nullif(current_setting('audit.grants', true), ''), '{}');
BEGIN
  IF NOT noted ? whose THEN
    PERFORM set_config('audit.grants', (noted || jsonb_build_object(whose, granted_names(kind, whose::uuid)))::text, true);
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER note_role_permissions BEFORE INSERT OR DELETE ON role_permissions
FOR EACH ROW EXECUTE FUNCTION note_grants('role');
--> statement-breakpoint
CREATE TRIGGER note_user_roles BEFORE INSERT OR DELETE ON user_roles
FOR EACH ROW EXECUTE FUNCTION note_grants('user');
