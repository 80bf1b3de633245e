DROP TRIGGER audit_role_permissions ON role_permissions;
--> statement-breakpoint
DROP TRIGGER audit_user_roles ON user_roles;
--> statement-breakpoint
DROP TRIGGER note_role_permissions ON role_permissions;
--> statement-breakpoint
DROP TRIGGER note_user_roles ON user_roles;
--> statement-breakpoint
DROP FUNCTION audit_grants();
--> statement-breakpoint
DROP FUNCTION note_grants();
--> statement-breakpoint
DROP FUNCTION granted_names(text, uuid);
--> statement-breakpoint
-- What a user's roles, or a role's permissions, were and are: one event for each whom a statement concerns.
CREATE FUNCTION audit_user_roles() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM audit('user.roles_changed', 'user', user_id, CASE TG_OP
      WHEN 'INSERT' THEN jsonb_build_object('before', present - names, 'after', present)
      ELSE jsonb_build_object('before', present || to_jsonb(names), 'after', present) END)
    FROM (SELECT user_id, array_agg(r.name ORDER BY r.name) AS names
            FROM changed JOIN roles r ON r.id = role_id GROUP BY user_id) AS change,
         LATERAL (SELECT coalesce(jsonb_agg(r.name ORDER BY r.name), '[]') AS present
                    FROM user_roles ur JOIN roles r ON r.id = ur.role_id
                   WHERE ur.user_id = change.user_id) AS now;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_roles_given AFTER INSERT ON user_roles REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION audit_user_roles();
--> statement-breakpoint
CREATE TRIGGER audit_roles_taken AFTER DELETE ON user_roles REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION audit_user_roles();
--> statement-breakpoint
CREATE FUNCTION audit_role_permissions() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM audit('role.permissions_changed', 'role', role_id, CASE TG_OP
      WHEN 'INSERT' THEN jsonb_build_object('before', present - names, 'after', present)
      ELSE jsonb_build_object('before', present || to_jsonb(names), 'after', present) END)
    FROM (SELECT role_id, array_agg(p.name ORDER BY p.name) AS names
            FROM changed JOIN permissions p ON p.id = permission_id GROUP BY role_id) AS change,
         LATERAL (SELECT coalesce(jsonb_agg(p.name ORDER BY p.name), '[]') AS present
                    FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id
                   WHERE rp.role_id = change.role_id) AS now;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_permissions_given AFTER INSERT ON role_permissions REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION audit_role_permissions();
--> statement-breakpoint
CREATE TRIGGER audit_permissions_taken AFTER DELETE ON role_permissions REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION audit_role_permissions();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_session() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit('session.opened', 'user', NEW.user_id,
      jsonb_strip_nulls(jsonb_build_object('session_id', NEW.id, 'user_agent', NEW.user_agent)), NEW.user_id);
  ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
    PERFORM audit('session.ended', 'user', NEW.user_id,
      jsonb_build_object('session_id', NEW.id, 'reason', NEW.revoked_for));
  ELSIF NEW.recovered_at IS DISTINCT FROM OLD.recovered_at THEN
    PERFORM audit('session.token_reused', 'user', NEW.user_id, jsonb_build_object('session_id', NEW.id));
  ELSIF NEW.authenticated_at IS DISTINCT FROM OLD.authenticated_at THEN
    PERFORM audit('session.reauthenticated', 'user', NEW.user_id, jsonb_build_object('session_id', NEW.id));
  END IF;
  RETURN NULL;
END;
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
    PERFORM audit(kind || '.updated', kind, NEW.id, jsonb_build_object('before', before, 'after', after), NEW.id);
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
-- Writes to the audit log what happened in this transaction, and by whom and from where as guard() or origin() said. Where
-- nobody is signed in, p_actor may say who it was.
CREATE OR REPLACE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL)
RETURNS void
LANGUAGE sql AS $$
  INSERT INTO audit_events (actor_id, credential_id, action, target_type, target_id, address, request_id, details)
  VALUES (
    coalesce(nullif(current_setting('audit.actor', true), '')::uuid, p_actor),
    nullif(current_setting('audit.credential', true), '')::uuid,
    p_action, p_target_type, p_target,
    nullif(current_setting('audit.address', true), ''),
    nullif(current_setting('audit.request', true), ''),
    p_details);
$$;
--> statement-breakpoint
DROP INDEX "audit_events_request";
--> statement-breakpoint
DROP INDEX "audit_events_action";
--> statement-breakpoint
CREATE INDEX "audit_events_action" ON "audit_events" USING btree ("action","occurred_at","id");
