-- Logs users, roles and permissions that are created, changed (with the values before and after), deleted or restored,
-- and changes of a user's password. An account whose email was given to another account is not the actor of that
-- change.
--
-- Parameters
--   TG_ARGV[0]  the kind of record: user, role or permission
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  hidden text[] := ARRAY['id', 'version', 'created_at', 'updated_at', 'is_deleted', 'deleted_at', 'password_hash', 'builtin'];
  before jsonb;
  after jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit(kind || '.created', kind, NEW.id, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(NEW) - hidden)));
    RETURN NULL;
  END IF;
  -- Rehashing a password with other cost parameters does not change the record.
  IF to_jsonb(NEW)->>'password_hash' <> to_jsonb(OLD)->>'password_hash' AND NEW.version <> OLD.version THEN
    PERFORM audit('user.password_changed', kind, NEW.id, '{}', NEW.id);
  END IF;
  IF NEW.is_deleted <> OLD.is_deleted THEN
    PERFORM audit(kind || CASE WHEN NEW.is_deleted THEN '.deleted' ELSE '.restored' END, kind, NEW.id, '{}');
  END IF;
  SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
    INTO before, after
    FROM jsonb_each(to_jsonb(OLD) - hidden) o
    JOIN jsonb_each(to_jsonb(NEW) - hidden) n ON n.key = o.key AND n.value <> o.value;
  IF after IS NOT NULL THEN
    PERFORM audit(kind || '.updated', kind, NEW.id, jsonb_build_object('before', before, 'after', after),
      CASE WHEN kind = 'user' AND after->>'email' IS DISTINCT FROM released_email(NEW.id) THEN NEW.id END);
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_permissions AFTER INSERT OR UPDATE ON permissions
FOR EACH ROW EXECUTE FUNCTION audit_record('permission');
--> statement-breakpoint
CREATE TRIGGER audit_roles AFTER INSERT OR UPDATE ON roles
FOR EACH ROW EXECUTE FUNCTION audit_record('role');
--> statement-breakpoint
CREATE TRIGGER audit_users AFTER INSERT OR UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION audit_record('user');
