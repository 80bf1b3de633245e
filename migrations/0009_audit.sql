DROP INDEX "audit_events_action";--> statement-breakpoint
CREATE INDEX "audit_events_request" ON "audit_events" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "audit_events_action" ON "audit_events" USING btree ("action" text_pattern_ops,"occurred_at","id");--> statement-breakpoint
-- Writes to the audit log what happened in this transaction, and by whom and from where as guard() or origin() said. Where
-- nobody is signed in, p_actor says who must have sent the request; what no request made, nobody in particular did.
CREATE OR REPLACE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL)
RETURNS void
LANGUAGE sql AS $$
  INSERT INTO audit_events (actor_id, credential_id, action, target_type, target_id, address, request_id, details)
  VALUES (
    coalesce(
      nullif(current_setting('audit.actor', true), '')::uuid,
      CASE WHEN current_setting('audit.request', true) <> '' THEN p_actor END),
    nullif(current_setting('audit.credential', true), '')::uuid,
    p_action, p_target_type, p_target,
    nullif(current_setting('audit.address', true), ''),
    nullif(current_setting('audit.request', true), ''),
    p_details);
$$;
--> statement-breakpoint
-- Of users, roles and permissions: made, changed (what was and what is), deleted, restored; and the user's password.
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
  -- A hash that is only made anew, at other costs, is no change of the record.
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
      CASE kind WHEN 'user' THEN NEW.id END);
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
-- Who ends a session without being signed in (at sign-out with a refresh token, or at a reset of the password) is its
-- owner; who brings a used token back is not known.
CREATE OR REPLACE FUNCTION audit_session() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit('session.opened', 'user', NEW.user_id,
      jsonb_strip_nulls(jsonb_build_object('session_id', NEW.id, 'user_agent', NEW.user_agent)), NEW.user_id);
  ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
    PERFORM audit('session.ended', 'user', NEW.user_id,
      jsonb_build_object('session_id', NEW.id, 'reason', NEW.revoked_for),
      CASE WHEN NEW.revoked_for <> 'token_reuse' THEN NEW.user_id END);
  ELSIF NEW.recovered_at IS DISTINCT FROM OLD.recovered_at THEN
    PERFORM audit('session.token_reused', 'user', NEW.user_id, jsonb_build_object('session_id', NEW.id));
  ELSIF NEW.authenticated_at IS DISTINCT FROM OLD.authenticated_at THEN
    PERFORM audit('session.reauthenticated', 'user', NEW.user_id, jsonb_build_object('session_id', NEW.id));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
DROP TRIGGER audit_roles_given ON user_roles;
--> statement-breakpoint
DROP TRIGGER audit_roles_taken ON user_roles;
--> statement-breakpoint
DROP TRIGGER audit_permissions_given ON role_permissions;
--> statement-breakpoint
DROP TRIGGER audit_permissions_taken ON role_permissions;
--> statement-breakpoint
DROP FUNCTION audit_user_roles();
--> statement-breakpoint
DROP FUNCTION audit_role_permissions();
--> statement-breakpoint
-- The names of a user's roles, or of a role's permissions; deleted ones too, since they come back with what they were
-- linked to.
CREATE FUNCTION granted_names(p_kind text, p_id uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(name ORDER BY name COLLATE "C"), '[]')
    FROM (
      SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE p_kind = 'user' AND ur.user_id = p_id
      UNION ALL
      SELECT p.name FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id
       WHERE p_kind = 'role' AND rp.role_id = p_id
    ) AS granted;
$$;
--> statement-breakpoint
-- Grants change row by row, and the log tells of them once, when the transaction ends. Until then a setting keeps what a
-- user's roles, or a role's permissions, were before the first of the changes.
CREATE FUNCTION note_grants() RETURNS trigger
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
CREATE TRIGGER note_user_roles BEFORE INSERT OR DELETE ON user_roles
FOR EACH ROW EXECUTE FUNCTION note_grants('user');
--> statement-breakpoint
CREATE TRIGGER note_role_permissions BEFORE INSERT OR DELETE ON role_permissions
FOR EACH ROW EXECUTE FUNCTION note_grants('role');
--> statement-breakpoint
-- Called for each row that changed; the first call for a user or role tells of all.
CREATE FUNCTION audit_grants() RETURNS trigger
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
CREATE CONSTRAINT TRIGGER audit_user_roles AFTER INSERT OR DELETE ON user_roles DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION audit_grants('user', 'user.roles_changed');
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER audit_role_permissions AFTER INSERT OR DELETE ON role_permissions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION audit_grants('role', 'role.permissions_changed');
