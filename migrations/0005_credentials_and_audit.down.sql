DROP TRIGGER audit_recovery_codes ON recovery_codes;
--> statement-breakpoint
DROP TRIGGER audit_passkeys ON passkeys;
--> statement-breakpoint
DROP TRIGGER audit_totp_factors ON totp_factors;
--> statement-breakpoint
DROP TRIGGER audit_personal_tokens ON personal_tokens;
--> statement-breakpoint
DROP TRIGGER audit_sessions ON sessions;
--> statement-breakpoint
DROP TRIGGER audit_permissions_taken ON role_permissions;
--> statement-breakpoint
DROP TRIGGER audit_permissions_given ON role_permissions;
--> statement-breakpoint
DROP TRIGGER audit_roles_taken ON user_roles;
--> statement-breakpoint
DROP TRIGGER audit_roles_given ON user_roles;
--> statement-breakpoint
DROP TRIGGER audit_permissions ON permissions;
--> statement-breakpoint
DROP TRIGGER audit_roles ON roles;
--> statement-breakpoint
DROP TRIGGER audit_users ON users;
--> statement-breakpoint
DROP TRIGGER keep_all_audit_events ON audit_events;
--> statement-breakpoint
DROP TRIGGER keep_audit_events ON audit_events;
--> statement-breakpoint
DROP FUNCTION audit_factor();
--> statement-breakpoint
DROP FUNCTION audit_personal_token();
--> statement-breakpoint
DROP FUNCTION audit_session();
--> statement-breakpoint
DROP FUNCTION audit_role_permissions();
--> statement-breakpoint
DROP FUNCTION audit_user_roles();
--> statement-breakpoint
DROP FUNCTION audit_record();
--> statement-breakpoint
DROP FUNCTION keep_audit_events();
--> statement-breakpoint
DROP FUNCTION audit(text, text, uuid, jsonb, uuid);
--> statement-breakpoint
-- Whether p_user holds every permission in p_names, by name or by a wildcard. Superusers hold all.
CREATE OR REPLACE FUNCTION holds_all(p_user uuid, p_names text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT is_superuser FROM users WHERE id = p_user AND NOT is_deleted AND is_active), false)
    OR NOT EXISTS (
      SELECT FROM unnest(p_names) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM user_roles ur
           JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
           JOIN role_permissions rp ON rp.role_id = r.id
           JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
          WHERE ur.user_id = p_user AND p.name IN (wanted, split_part(wanted, ':', 1) || ':*', '*')
       )
    );
$$;
--> statement-breakpoint
DROP FUNCTION in_scope(text);
--> statement-breakpoint
DROP FUNCTION guard(jsonb);
--> statement-breakpoint
DROP FUNCTION origin(jsonb);
--> statement-breakpoint
-- The check that travels with the work: the first statement of every transaction made for a signed-in request. It
-- raises, and so undoes and forbids what follows, unless the session and its user are live at this moment and every
-- clause of p_required is met. A clause is an array of permission names of which the user must hold one:
-- [["tasks:read", "tasks:*", "*"]]. An empty array asks for no more than being signed in.
--
--   PT001  no such session, ended, or its user deleted
--   PT002  the account is deactivated
--   PT003  a permission is missing
CREATE FUNCTION guard(p_session uuid, p_user uuid, p_required jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  actor record;
BEGIN
  SELECT u.is_active, u.is_superuser, s.revoked_at IS NULL AND s.ends_at > now() AS is_live
    INTO actor
    FROM sessions s
    JOIN users u ON u.id = s.user_id
   WHERE s.id = p_session AND s.user_id = p_user AND NOT u.is_deleted;

  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such session' USING ERRCODE = 'PT001';
  ELSIF NOT actor.is_active THEN
    RAISE EXCEPTION 'the account is deactivated' USING ERRCODE = 'PT002';
  ELSIF NOT actor.is_live THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'PT001';
  ELSIF NOT actor.is_superuser AND EXISTS (
    SELECT FROM jsonb_array_elements(p_required) AS clause
     WHERE NOT EXISTS (
       SELECT FROM user_roles ur
         JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
         JOIN role_permissions rp ON rp.role_id = r.id
         JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
        WHERE ur.user_id = p_user AND clause ? p.name
     )
  ) THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  END IF;
END;
$$;
