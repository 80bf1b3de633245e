DROP FUNCTION guard(uuid, uuid, jsonb);
--> statement-breakpoint
-- Remembers, until the transaction ends, where the request in hand comes from: what the audit log takes it from.
CREATE FUNCTION origin(p_origin jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('audit.request', coalesce(p_origin->>'request_id', ''), true),
          set_config('audit.address', coalesce(p_origin->>'address', ''), true);
END;
$$;
--> statement-breakpoint
-- The check that travels with the work: the first statement of every transaction made for a signed-in request. It
-- raises, and so undoes and forbids what follows, unless the credential and its user are live at this moment, and every
-- clause of `required` is met. A clause is an array of permission names of which the user must hold one:
-- [["tasks:read", "tasks:*", "*"]]. No clause asks for no more than being signed in. Of p_claims it reads
--
--   user          whom the credential is of
--   session       the session that it belongs to, or else
--   token, hash   the personal token that it is, and the hash of its random part: its scopes must meet the clauses too
--   required      the clauses
--   in_person     present where a personal token will not do
--   max_age       seconds since the user last proved who they are, at most
--   request_id, address   see origin()
--
--   PT001  no such credential, ended, or its user deleted
--   PT002  the account is deactivated
--   PT003  a permission is missing
--   PT008  too long since the user proved who they are
CREATE FUNCTION guard(p_claims jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_user uuid := p_claims->>'user';
  v_token uuid := p_claims->>'token';
  actor record;
BEGIN
  IF v_token IS NULL THEN
    SELECT u.is_active, u.is_superuser, s.revoked_at IS NULL AND s.ends_at > now() AS is_live,
           s.authenticated_at, NULL::text[] AS scopes
      INTO actor
      FROM sessions s
      JOIN users u ON u.id = s.user_id
     WHERE s.id = (p_claims->>'session')::uuid AND s.user_id = v_user AND NOT u.is_deleted;
  ELSE
    SELECT u.is_active, u.is_superuser, t.revoked_at IS NULL AND t.expires_at > now() AS is_live,
           NULL::timestamptz AS authenticated_at, t.scopes
      INTO actor
      FROM personal_tokens t
      JOIN users u ON u.id = t.user_id
     WHERE t.id = v_token AND t.user_id = v_user AND t.secret_hash = p_claims->>'hash' AND NOT u.is_deleted;
  END IF;

  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such credential' USING ERRCODE = 'PT001';
  ELSIF NOT actor.is_active THEN
    RAISE EXCEPTION 'the account is deactivated' USING ERRCODE = 'PT002';
  ELSIF NOT actor.is_live THEN
    RAISE EXCEPTION 'the credential has ended' USING ERRCODE = 'PT001';
  ELSIF v_token IS NOT NULL AND p_claims ? 'in_person' THEN
    RAISE EXCEPTION 'A personal token cannot do this: sign in.' USING ERRCODE = 'PT003';
  ELSIF EXISTS (
    SELECT FROM jsonb_array_elements(p_claims->'required') AS clause
     WHERE NOT coalesce(clause ?| actor.scopes, true)
        OR NOT actor.is_superuser AND NOT EXISTS (
             SELECT FROM user_roles ur
               JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
               JOIN role_permissions rp ON rp.role_id = r.id
               JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
              WHERE ur.user_id = v_user AND clause ? p.name
           )
  ) THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  ELSIF actor.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
    RAISE EXCEPTION 'too long since the user proved who they are' USING ERRCODE = 'PT008';
  END IF;

  IF v_token IS NOT NULL THEN
    UPDATE personal_tokens SET last_used_at = now()
     WHERE id = v_token AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
  END IF;
  PERFORM origin(p_claims),
          set_config('audit.actor', p_claims->>'user', true),
          set_config('audit.credential', coalesce(p_claims->>'token', p_claims->>'session'), true),
          set_config('guard.scopes', coalesce(to_jsonb(actor.scopes)::text, ''), true);
END;
$$;
--> statement-breakpoint
-- Whether the credential in use lets its owner make use of p_name: a session of everything, a personal token of its scopes.
CREATE FUNCTION in_scope(p_name text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    nullif(current_setting('guard.scopes', true), '')::jsonb ?| ARRAY[p_name, split_part(p_name, ':', 1) || ':*', '*'],
    true);
$$;
--> statement-breakpoint
-- Whether p_user holds every permission in p_names, by name or by a wildcard, and may use it now. Superusers hold all.
CREATE OR REPLACE FUNCTION holds_all(p_user uuid, p_names text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT FROM unnest(p_names) AS wanted WHERE NOT in_scope(wanted))
    AND (coalesce((SELECT is_superuser FROM users WHERE id = p_user AND NOT is_deleted AND is_active), false)
      OR NOT EXISTS (
        SELECT FROM unnest(p_names) AS wanted
         WHERE NOT EXISTS (
           SELECT FROM user_roles ur
             JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
             JOIN role_permissions rp ON rp.role_id = r.id
             JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
            WHERE ur.user_id = p_user AND p.name IN (wanted, split_part(wanted, ':', 1) || ':*', '*')
         )
      ));
$$;
--> statement-breakpoint
-- Writes to the audit log what happened in this transaction, and by whom and from where as guard() or origin() said. Where
-- nobody is signed in, p_actor may say who it was.
CREATE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL)
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
-- The log is added to, and nothing else. Only the end of the retention period removes, and says so for its transaction.
CREATE FUNCTION keep_audit_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'audit events are never changed';
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_audit_events BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION keep_audit_events();
--> statement-breakpoint
CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();
--> statement-breakpoint
-- Of users, roles and permissions: made, changed (what was and what is), deleted, restored; and the user's password.
CREATE FUNCTION audit_record() RETURNS trigger
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
CREATE TRIGGER audit_users AFTER INSERT OR UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION audit_record('user');
--> statement-breakpoint
CREATE TRIGGER audit_roles AFTER INSERT OR UPDATE ON roles
FOR EACH ROW EXECUTE FUNCTION audit_record('role');
--> statement-breakpoint
CREATE TRIGGER audit_permissions AFTER INSERT OR UPDATE ON permissions
FOR EACH ROW EXECUTE FUNCTION audit_record('permission');
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
CREATE FUNCTION audit_session() RETURNS trigger
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
CREATE TRIGGER audit_sessions AFTER INSERT OR UPDATE OF revoked_at, recovered_at, authenticated_at ON sessions
FOR EACH ROW EXECUTE FUNCTION audit_session();
--> statement-breakpoint
CREATE FUNCTION audit_personal_token() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit('token.created', 'user', NEW.user_id, jsonb_build_object(
      'token_id', NEW.id, 'name', NEW.name, 'scopes', NEW.scopes, 'expires_at', NEW.expires_at));
  ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
    PERFORM audit('token.revoked', 'user', NEW.user_id, jsonb_build_object('token_id', NEW.id, 'name', NEW.name));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_personal_tokens AFTER INSERT OR UPDATE OF revoked_at ON personal_tokens
FOR EACH ROW EXECUTE FUNCTION audit_personal_token();
--> statement-breakpoint
-- A factor counts from its confirmation to its removal; a recovery code is told of when it is used.
CREATE FUNCTION audit_factor() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
BEGIN
  IF kind = 'recovery_code' THEN
    IF NEW.used_at IS NOT NULL AND OLD.used_at IS NULL THEN
      PERFORM audit('recovery_code.used', 'user', NEW.user_id, '{}', NEW.user_id);
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF to_jsonb(OLD)->'confirmed_at' IS DISTINCT FROM 'null' THEN
      PERFORM audit('factor.removed', 'user', OLD.user_id, jsonb_build_object('kind', kind));
    END IF;
  ELSIF TG_OP = 'INSERT' AND kind = 'passkey'
     OR kind = 'totp' AND to_jsonb(NEW)->>'confirmed_at' IS NOT NULL AND (TG_OP = 'INSERT' OR to_jsonb(OLD)->>'confirmed_at' IS NULL) THEN
    PERFORM audit('factor.added', 'user', NEW.user_id, jsonb_build_object('kind', kind));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_totp_factors AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON totp_factors
FOR EACH ROW EXECUTE FUNCTION audit_factor('totp');
--> statement-breakpoint
CREATE TRIGGER audit_passkeys AFTER INSERT OR DELETE ON passkeys
FOR EACH ROW EXECUTE FUNCTION audit_factor('passkey');
--> statement-breakpoint
CREATE TRIGGER audit_recovery_codes AFTER UPDATE OF used_at ON recovery_codes
FOR EACH ROW EXECUTE FUNCTION audit_factor('recovery_code');
