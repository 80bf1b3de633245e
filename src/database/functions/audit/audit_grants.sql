-- Logs once, when the transaction ends, how the roles of a user or the permissions of a role changed. It runs for
-- each changed row; the first run for a user or role logs the whole change.
--
-- Parameters
--   TG_ARGV[0]  user or role
--   TG_ARGV[1]  the action to log
--
-- Reads the setting audit.grants.
-- Sets audit.grants.
CREATE OR REPLACE FUNCTION audit_grants() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  whose text := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END ->> (kind || '_id');
  noted jsonb := coalesce(nullif(current_setting('audit.grants', true), ''), '{}');
  before jsonb := noted -> whose;
  after jsonb;
BEGIN
  IF before IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('audit.grants', (noted - whose)::text, true);
  after := granted_names(kind, whose::uuid);
  IF after <> before THEN
    PERFORM audit(TG_ARGV[1], kind, whose::uuid, jsonb_build_object('before', before, 'after', after));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER audit_role_permissions AFTER INSERT OR DELETE ON role_permissions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION audit_grants('role', 'role.permissions_changed');
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER audit_user_roles AFTER INSERT OR DELETE ON user_roles DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION audit_grants('user', 'user.roles_changed');
