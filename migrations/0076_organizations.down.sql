DROP TRIGGER audit_department_managers ON department_managers;
--> statement-breakpoint
DROP TRIGGER audit_departments ON departments;
--> statement-breakpoint
DROP TRIGGER audit_invitations ON invitations;
--> statement-breakpoint
DROP TRIGGER audit_memberships ON memberships;
--> statement-breakpoint
DROP TRIGGER audit_organization_roles ON organization_roles;
--> statement-breakpoint
DROP TRIGGER audit_organizations ON organizations;
--> statement-breakpoint
DROP TRIGGER audit_team_members ON team_members;
--> statement-breakpoint
DROP TRIGGER audit_teams ON teams;
--> statement-breakpoint
DROP TRIGGER bound_organizations ON organizations;
--> statement-breakpoint
DROP TRIGGER bound_within ON departments;
--> statement-breakpoint
DROP TRIGGER bound_within ON invitations;
--> statement-breakpoint
DROP TRIGGER bound_within ON memberships;
--> statement-breakpoint
DROP TRIGGER bound_within ON organization_roles;
--> statement-breakpoint
DROP TRIGGER bound_within ON teams;
--> statement-breakpoint
DROP TRIGGER demand_membership ON department_managers;
--> statement-breakpoint
DROP TRIGGER demand_membership ON team_members;
--> statement-breakpoint
DROP TRIGGER end_membership ON memberships;
--> statement-breakpoint
DROP TRIGGER keep_owner ON memberships;
--> statement-breakpoint
DROP TRIGGER keep_owner ON organizations;
--> statement-breakpoint
DROP TRIGGER keep_owner ON users;
--> statement-breakpoint
DROP TRIGGER keep_role_within ON invitations;
--> statement-breakpoint
DROP TRIGGER keep_role_within ON memberships;
--> statement-breakpoint
ALTER TABLE "audit_events" DROP COLUMN "organization_id";
--> statement-breakpoint
DROP TABLE "invitations", "team_members", "department_managers", "teams", "departments", "memberships", "organization_roles",
  "organizations";
--> statement-breakpoint
DROP FUNCTION audit_invitation();
--> statement-breakpoint
DROP FUNCTION audit_membership();
--> statement-breakpoint
DROP FUNCTION audit_organization();
--> statement-breakpoint
DROP FUNCTION audit_place();
--> statement-breakpoint
DROP FUNCTION audit_within(uuid, text, text, uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION bound_organizations();
--> statement-breakpoint
DROP FUNCTION bound_within();
--> statement-breakpoint
DROP FUNCTION demand_membership();
--> statement-breakpoint
DROP FUNCTION demand_within(uuid, uuid, jsonb, text);
--> statement-breakpoint
DROP FUNCTION end_membership();
--> statement-breakpoint
DROP FUNCTION grants_within(uuid, uuid);
--> statement-breakpoint
DROP FUNCTION keep_owner();
--> statement-breakpoint
DROP FUNCTION keep_role_within();
--> statement-breakpoint
DROP FUNCTION organizations_without_owner(uuid[]);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
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
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION expand_scopes(p_scopes text[])
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE STRICT
AS $function$
BEGIN
  RETURN (
    SELECT CASE WHEN NOT p_scopes && scope_sets() THEN p_scopes ELSE
      p_scopes
      || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
      || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
      || CASE WHEN 'read' = ANY (p_scopes)
              THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted) ELSE '{}' END
    END);
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard(p_claims jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
DECLARE
  used record;
  v_scopes text[];
  v_missing jsonb;
  v_wait int;
BEGIN
  -- The credential and its user.
  IF p_claims ? 'session' THEN
    SELECT * INTO used FROM credential_of_session((p_claims->>'session')::uuid, (p_claims->>'user')::uuid);
  ELSIF p_claims ? 'key_hash' THEN
    SELECT * INTO used FROM credential_of_key(p_claims->>'key_hash');
  ELSE
    SELECT * INTO used FROM credential_of_token((p_claims->>'token')::uuid, (p_claims->>'user')::uuid, p_claims->>'hash');
  END IF;
  IF used.id IS NULL THEN
    RAISE EXCEPTION 'no such credential' USING ERRCODE = 'PT001';
  ELSIF NOT used.is_active THEN
    RAISE EXCEPTION 'the account is deactivated' USING ERRCODE = 'PT002';
  ELSIF NOT used.is_live THEN
    RAISE EXCEPTION 'the credential has ended' USING ERRCODE = 'PT001';
  ELSIF used.scopes IS NOT NULL AND p_claims ? 'in_person' THEN
    RAISE EXCEPTION 'A personal token cannot do this. Sign in instead.' USING ERRCODE = 'PT003';
  END IF;

  -- The permissions.
  v_scopes := expand_scopes(used.scopes);
  SELECT jsonb_agg(clause) INTO v_missing
    FROM unmet_clauses(used.user_id, used.is_superuser, v_scopes, p_claims->'required');
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003', DETAIL = v_missing;
  ELSIF p_claims->'required' = '[]' AND NOT suits_open_routes(used.scopes, p_claims ? 'reads') THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  ELSIF used.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
    RAISE EXCEPTION 'recent authentication required' USING ERRCODE = 'PT008';
  END IF;

  -- The rate limit.
  IF p_claims ? 'budget' THEN
    SELECT seconds INTO v_wait FROM blocked_seconds(used.user_id, p_claims->'budget'->>'policy');
    IF FOUND THEN
      RAISE EXCEPTION '%', (p_claims->'budget' || jsonb_build_object('seconds', v_wait))::text USING ERRCODE = 'PT007';
    END IF;
  END IF;

  -- Settings for the statements that follow.
  IF used.scopes IS NOT NULL AND coalesce(used.last_used_at < now() - interval '1 minute', true)
     AND current_setting('transaction_read_only') = 'off' THEN
    UPDATE personal_tokens SET last_used_at = now()
     WHERE id = used.id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
  END IF;
  PERFORM origin(p_claims),
          set_config('audit.actor', used.user_id::text, true),
          set_config('audit.credential', used.id::text, true),
          set_config('audit.own_events', coalesce(p_claims->>'own_events', ''), true),
          set_config('guard.scopes', coalesce(to_jsonb(v_scopes)::text, ''), true);
  RETURN used.user_id;
END;
$function$;
