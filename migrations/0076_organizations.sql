CREATE TABLE "department_managers" (
	"organization_id" uuid NOT NULL,
	"department_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "department_managers_department_id_user_id_pk" PRIMARY KEY("department_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "departments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text,
	CONSTRAINT "departments_within_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone,
	"organization_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role_id" uuid NOT NULL,
	"team_id" uuid,
	"token_hash" text NOT NULL,
	"invited_by" uuid NOT NULL,
	"sent_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"accepted_at" timestamp (3) with time zone,
	"declined_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "invitations_email_case" CHECK ("invitations"."email" = lower("invitations"."email"))
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role_id" uuid NOT NULL,
	"joined_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"left_at" timestamp (3) with time zone,
	"invited_by" uuid,
	"updated_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "memberships_organization_id_user_id_pk" PRIMARY KEY("organization_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "organization_roles" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"organization_id" uuid,
	"builtin" text,
	"name" text NOT NULL,
	"description" text,
	"grants" text[] NOT NULL,
	CONSTRAINT "organization_roles_builtin_key" UNIQUE("builtin"),
	CONSTRAINT "organization_roles_builtin" CHECK (("organization_roles"."organization_id" is null) = ("organization_roles"."builtin" is not null))
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"description" text,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"week_start" smallint DEFAULT 1 NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"created_by" uuid NOT NULL,
	CONSTRAINT "organizations_week_start" CHECK ("organizations"."week_start" between 0 and 6),
	CONSTRAINT "organizations_currency" CHECK ("organizations"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"organization_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"is_lead" boolean DEFAULT false NOT NULL,
	"joined_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "team_members_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"organization_id" uuid NOT NULL,
	"department_id" uuid,
	"name" text NOT NULL,
	"description" text,
	CONSTRAINT "teams_within_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "organization_id" uuid;--> statement-breakpoint
ALTER TABLE "department_managers" ADD CONSTRAINT "department_managers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department_managers" ADD CONSTRAINT "department_managers_department_fk" FOREIGN KEY ("organization_id","department_id") REFERENCES "public"."departments"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department_managers" ADD CONSTRAINT "department_managers_membership_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."memberships"("organization_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "departments" ADD CONSTRAINT "departments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_role_id_organization_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."organization_roles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_invited_by_users_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_team_fk" FOREIGN KEY ("organization_id","team_id") REFERENCES "public"."teams"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_role_id_organization_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."organization_roles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_invited_by_users_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_roles" ADD CONSTRAINT "organization_roles_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_fk" FOREIGN KEY ("organization_id","team_id") REFERENCES "public"."teams"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_membership_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."memberships"("organization_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_department_fk" FOREIGN KEY ("organization_id","department_id") REFERENCES "public"."departments"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "department_managers_user" ON "department_managers" USING btree ("user_id","organization_id");--> statement-breakpoint
CREATE INDEX "department_managers_membership" ON "department_managers" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "departments_name_key" ON "departments" USING btree ("organization_id",fold_case("name")) WHERE not "departments"."is_deleted";--> statement-breakpoint
CREATE INDEX "departments_by_name" ON "departments" USING btree ("organization_id","name" collate "und-x-icu","id") WHERE not "departments"."is_deleted";--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_open_key" ON "invitations" USING btree ("organization_id","email") WHERE "invitations"."accepted_at" is null and "invitations"."declined_at" is null and "invitations"."revoked_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token_key" ON "invitations" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "invitations_email" ON "invitations" USING btree ("email");--> statement-breakpoint
CREATE INDEX "invitations_created" ON "invitations" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "invitations_inviter" ON "invitations" USING btree ("invited_by","sent_at");--> statement-breakpoint
CREATE INDEX "invitations_role" ON "invitations" USING btree ("role_id");--> statement-breakpoint
CREATE INDEX "invitations_expired" ON "invitations" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "memberships" USING btree ("user_id") WHERE "memberships"."left_at" is null;--> statement-breakpoint
CREATE INDEX "memberships_role" ON "memberships" USING btree ("role_id");--> statement-breakpoint
CREATE UNIQUE INDEX "organization_roles_name_key" ON "organization_roles" USING btree ("organization_id",fold_case("name")) WHERE not "organization_roles"."is_deleted";--> statement-breakpoint
CREATE UNIQUE INDEX "organizations_slug_key" ON "organizations" USING btree (lower("slug")) WHERE not "organizations"."is_deleted";--> statement-breakpoint
CREATE INDEX "organizations_by_name" ON "organizations" USING btree ("name" collate "und-x-icu","id") WHERE not "organizations"."is_deleted";--> statement-breakpoint
CREATE INDEX "organizations_created_by" ON "organizations" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "organizations_deleted" ON "organizations" USING btree ("deleted_at") WHERE "organizations"."is_deleted";--> statement-breakpoint
CREATE INDEX "team_members_user" ON "team_members" USING btree ("user_id","organization_id");--> statement-breakpoint
CREATE INDEX "team_members_membership" ON "team_members" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "teams_name_key" ON "teams" USING btree ("organization_id",fold_case("name")) WHERE not "teams"."is_deleted";--> statement-breakpoint
CREATE INDEX "teams_by_name" ON "teams" USING btree ("organization_id","name" collate "und-x-icu","id") WHERE not "teams"."is_deleted";--> statement-breakpoint
CREATE INDEX "teams_department" ON "teams" USING btree ("organization_id","department_id");--> statement-breakpoint
CREATE INDEX "audit_events_organization" ON "audit_events" USING btree ("organization_id","occurred_at","id") WHERE "audit_events"."organization_id" is not null;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_events (actor_id, credential_id, action, target_type, target_id, address, request_id, organization_id, details)
  VALUES (
    coalesce(
      nullif(current_setting('audit.actor', true), '')::uuid,
      CASE WHEN current_setting('audit.request', true) <> '' THEN p_actor END),
    nullif(current_setting('audit.credential', true), '')::uuid,
    p_action, p_target_type, p_target,
    nullif(current_setting('audit.address', true), ''),
    nullif(current_setting('audit.request', true), ''),
    nullif(current_setting('audit.organization', true), '')::uuid,
    p_details);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_within(p_organization uuid, p_action text, p_target_type text, p_target uuid, p_details jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('audit.organization', p_organization::text, true);
  PERFORM audit(p_action, p_target_type, p_target, p_details);
  PERFORM set_config('audit.organization', '', true);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_invitation() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_action text := CASE
    WHEN TG_OP = 'INSERT' THEN 'created'
    WHEN OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL THEN 'accepted'
    WHEN OLD.declined_at IS NULL AND NEW.declined_at IS NOT NULL THEN 'declined'
    WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL THEN 'revoked'
    WHEN OLD.token_hash <> NEW.token_hash THEN 'resent'
  END;
BEGIN
  IF v_action IS NOT NULL THEN
    PERFORM audit_within(NEW.organization_id, 'invitation.' || v_action, 'invitation', NEW.id,
      jsonb_strip_nulls(jsonb_build_object('role_id', NEW.role_id, 'team_id', NEW.team_id)));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_membership() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR OLD.left_at IS NOT NULL AND NEW.left_at IS NULL THEN
    PERFORM audit_within(NEW.organization_id, 'member.joined', 'member', NEW.user_id, jsonb_build_object('role_id', NEW.role_id));
  ELSIF OLD.left_at IS NULL AND NEW.left_at IS NOT NULL THEN
    PERFORM audit_within(NEW.organization_id, CASE WHEN actor() = NEW.user_id THEN 'member.left' ELSE 'member.removed' END,
      'member', NEW.user_id, '{}');
  ELSIF OLD.role_id <> NEW.role_id THEN
    PERFORM audit_within(NEW.organization_id, 'member.role_changed', 'member', NEW.user_id,
      jsonb_build_object('before', jsonb_build_array(OLD.role_id), 'after', jsonb_build_array(NEW.role_id)));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_organization() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  hidden text[] := ARRAY['id', 'version', 'created_at', 'updated_at', 'is_deleted', 'deleted_at', 'organization_id',
                         'builtin', 'created_by'];
  texts text[] := ARRAY['name', 'slug', 'description'];
  organization uuid := CASE kind WHEN 'organization' THEN NEW.id ELSE (to_jsonb(NEW)->>'organization_id')::uuid END;
  changed jsonb;
  before jsonb;
  after jsonb;
BEGIN
  -- Built-in roles belong to no organization.
  IF organization IS NULL THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM audit_within(organization, kind || '.created', kind, NEW.id,
      jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(NEW) - hidden - texts)));
    RETURN NULL;
  END IF;
  IF NEW.is_deleted <> OLD.is_deleted THEN
    PERFORM audit_within(organization, kind || CASE WHEN NEW.is_deleted THEN '.deleted' ELSE '.restored' END, kind, NEW.id, '{}');
  END IF;
  SELECT jsonb_agg(n.key ORDER BY n.key), jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
    INTO changed, before, after
    FROM jsonb_each(to_jsonb(OLD) - hidden) o
    JOIN jsonb_each(to_jsonb(NEW) - hidden) n ON n.key = o.key AND n.value <> o.value;
  IF changed IS NOT NULL THEN
    PERFORM audit_within(organization, kind || '.updated', kind, NEW.id,
      jsonb_build_object('changed', changed, 'before', before - texts, 'after', after - texts));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_place() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  place jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  change text := CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'DELETE' THEN 'removed' ELSE 'changed' END;
BEGIN
  -- The places of an organization that is removed are not worth an event each.
  IF EXISTS (SELECT FROM organizations WHERE id = (place->>'organization_id')::uuid) THEN
    PERFORM audit_within((place->>'organization_id')::uuid,
      kind || CASE kind WHEN 'team' THEN '.member_' ELSE '.manager_' END || change, kind, (place->>(kind || '_id'))::uuid,
      jsonb_strip_nulls(jsonb_build_object('user_id', place->'user_id', 'is_lead', place->'is_lead')));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bound_organizations() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := 100;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('organizations of ' || NEW.created_by, 0));
  PERFORM demand(
    (SELECT count(*) <= v_most FROM (SELECT FROM organizations WHERE created_by = NEW.created_by LIMIT v_most + 1) AS found),
    'PT004', over_quota(v_most, 'organizations'));
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bound_within() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := TG_ARGV[0];
  v_organization uuid;
  v_count int;
BEGIN
  FOR v_organization IN SELECT DISTINCT organization_id FROM added WHERE organization_id IS NOT NULL ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME || ' of ' || v_organization, 0));
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE organization_id = $1 LIMIT $2) AS found', TG_TABLE_NAME)
       INTO v_count USING v_organization, v_most + 1;
    PERFORM demand(v_count <= v_most, 'PT004',
      format('An organization can have at most %s %s, including former ones.', v_most, TG_ARGV[1]));
  END LOOP;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION demand_membership() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM memberships
    WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id AND left_at IS NULL
      FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Member not found.' USING ERRCODE = 'PT005';
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_within(p_user uuid, p_organization uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT r.grants
      FROM memberships m
      JOIN organizations o ON o.id = m.organization_id AND NOT o.is_deleted
      JOIN organization_roles r ON r.id = m.role_id
     WHERE m.organization_id = p_organization AND m.user_id = p_user AND m.left_at IS NULL);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION demand_within(p_user uuid, p_organization uuid, p_clauses jsonb, p_absence text DEFAULT 'Organization not found.')
RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_grants text[] := grants_within(p_user, p_organization);
  v_missing jsonb;
BEGIN
  IF v_grants IS NULL THEN
    RAISE EXCEPTION '%', p_absence USING ERRCODE = 'PT005';
  END IF;
  SELECT jsonb_agg(clause) INTO v_missing
    FROM jsonb_array_elements(p_clauses) AS required (clause)
   WHERE NOT EXISTS (
           SELECT FROM jsonb_array_elements_text(clause) AS name WHERE name = ANY (v_grants) AND in_scope(name));
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'You do not have permission to do this in this organization.' USING ERRCODE = 'PT003', DETAIL = v_missing;
  END IF;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION end_membership() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM team_members WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  DELETE FROM department_managers WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION expand_scopes(p_scopes text[]) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN (
    SELECT CASE WHEN NOT p_scopes && scope_sets() THEN p_scopes ELSE
      p_scopes
      || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
      || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
      || CASE WHEN 'read' = ANY (p_scopes)
              THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted)
                   || '{members:read,teams:read,export:read}' ELSE '{}' END
    END);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard(p_claims jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
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
  END IF;
  PERFORM set_config('guard.scopes', coalesce(to_jsonb(v_scopes)::text, ''), true);
  IF p_claims ? 'within' AND (NOT p_claims ? 'frame' OR EXISTS (
       SELECT FROM unmet_clauses(used.user_id, used.is_superuser, v_scopes, p_claims->'frame'))) THEN
    PERFORM demand_within(used.user_id, (p_claims->>'organization')::uuid, p_claims->'within');
  END IF;
  IF used.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
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
          set_config('audit.own_events', coalesce(p_claims->>'own_events', ''), true);
  RETURN used.user_id;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION organizations_without_owner(p_organizations uuid[]) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
  v_organization uuid;
BEGIN
  FOR v_organization IN SELECT DISTINCT organization FROM unnest(p_organizations) AS organization ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('owners of ' || v_organization, 0));
  END LOOP;
  RETURN ARRAY(
    SELECT o.name FROM organizations o
     WHERE o.id = ANY (p_organizations) AND NOT o.is_deleted
       AND NOT EXISTS (
         SELECT FROM memberships m
           JOIN organization_roles r ON r.id = m.role_id AND r.builtin = 'owner'
           JOIN users u ON u.id = m.user_id AND u.is_active AND NOT u.is_deleted
          WHERE m.organization_id = o.id AND m.left_at IS NULL)
     ORDER BY o.name COLLATE "C");
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_owner() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_organizations uuid[] := CASE TG_TABLE_NAME
    WHEN 'memberships' THEN ARRAY[(to_jsonb(OLD)->>'organization_id')::uuid]
    WHEN 'organizations' THEN ARRAY[(to_jsonb(OLD)->>'id')::uuid]
    ELSE ARRAY(SELECT m.organization_id FROM memberships m
                 JOIN organization_roles r ON r.id = m.role_id AND r.builtin = 'owner'
                WHERE m.user_id = (to_jsonb(OLD)->>'id')::uuid AND m.left_at IS NULL)
  END;
  v_names text[] := organizations_without_owner(v_organizations);
BEGIN
  IF v_names <> '{}' THEN
    RAISE EXCEPTION 'No owner would be left in: %. Make another member an owner first, or delete the organization.',
      array_to_string(v_names[:10], ', ') USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_role_within() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM organization_roles
    WHERE id = NEW.role_id AND NOT is_deleted
      AND (organization_id = NEW.organization_id OR builtin IN ('owner', 'admin', 'manager', 'member', 'guest'))
      FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Role not found.' USING ERRCODE = 'PT005';
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
INSERT INTO organization_roles (id, builtin, name, description, grants) VALUES
  ('00000000-0000-4000-8000-000000000001', 'owner', 'owner', 'Has every grant; at least one member has this role',
   '{organization:update,organization:delete,organization:transfer,members:read,members:invite'
   ',members:update,members:remove,roles:create,roles:read,roles:update,roles:delete,teams:create'
   ',teams:read,teams:update,teams:delete,clients:create,clients:read,clients:update,clients:delete'
   ',clients:read_any,clients:update_any,clients:delete_any,projects:create,projects:read'
   ',projects:update,projects:delete,projects:read_any,projects:update_any,projects:delete_any'
   ',tasks:create,tasks:read,tasks:update,tasks:delete,tasks:read_any,tasks:update_any,tasks:delete_any'
   ',tags:create,tags:read,tags:update,tags:delete,tags:read_any,tags:update_any,tags:delete_any'
   ',time_entries:create,time_entries:read,time_entries:update,time_entries:delete,time_entries:read_any'
   ',time_entries:update_any,time_entries:delete_any,reports:read,reports:read_any,export:read'
   ',audit:read}'),
  ('00000000-0000-4000-8000-000000000002', 'admin', 'admin', 'Has every grant, except to delete or transfer the organization',
   '{organization:update,members:read,members:invite,members:update,members:remove,roles:create'
   ',roles:read,roles:update,roles:delete,teams:create,teams:read,teams:update,teams:delete'
   ',clients:create,clients:read,clients:update,clients:delete,clients:read_any,clients:update_any'
   ',clients:delete_any,projects:create,projects:read,projects:update,projects:delete,projects:read_any'
   ',projects:update_any,projects:delete_any,tasks:create,tasks:read,tasks:update,tasks:delete'
   ',tasks:read_any,tasks:update_any,tasks:delete_any,tags:create,tags:read,tags:update,tags:delete'
   ',tags:read_any,tags:update_any,tags:delete_any,time_entries:create,time_entries:read'
   ',time_entries:update,time_entries:delete,time_entries:read_any,time_entries:update_any'
   ',time_entries:delete_any,reports:read,reports:read_any,export:read,audit:read}'),
  ('00000000-0000-4000-8000-000000000003', 'manager', 'manager', 'Manages teams, clients and projects, and reads the time of all members',
   '{members:read,teams:create,teams:read,teams:update,teams:delete,clients:create,clients:read'
   ',clients:update,clients:delete,clients:read_any,clients:update_any,clients:delete_any'
   ',projects:create,projects:read,projects:update,projects:delete,projects:read_any,projects:update_any'
   ',projects:delete_any,tasks:create,tasks:read,tasks:update,tasks:delete,tasks:read_any'
   ',tasks:update_any,tasks:delete_any,tags:create,tags:read,tags:update,tags:delete,tags:read_any'
   ',tags:update_any,tags:delete_any,time_entries:create,time_entries:read,time_entries:update'
   ',time_entries:delete,reports:read,time_entries:read_any,reports:read_any,export:read}'),
  ('00000000-0000-4000-8000-000000000004', 'member', 'member', 'Tracks own time on the projects that all members see, and on projects as a member of them',
   '{members:read,teams:read,clients:read,projects:read,tasks:read,tags:read,tasks:create,tags:create'
   ',time_entries:create,time_entries:read,time_entries:update,time_entries:delete,reports:read}'),
  ('00000000-0000-4000-8000-000000000005', 'guest', 'guest', 'Tracks own time on projects as a member of them',
   '{time_entries:create,time_entries:read,time_entries:update,time_entries:delete,reports:read}'),
  ('00000000-0000-4000-8000-000000000011', 'team_lead', 'team_lead', 'Leads a team: reads the time of its members, renames the team, and removes members',
   '{members:read,teams:update,time_entries:read,reports:read}'),
  ('00000000-0000-4000-8000-000000000012', 'department_manager', 'department_manager', 'Manages a department: reads the time of the members of its teams, renames these, and removes members',
   '{members:read,teams:update,time_entries:read,reports:read}'),
  ('00000000-0000-4000-8000-000000000013', 'project_manager', 'project_manager', 'Manages a project: changes it, its tasks and its members, and reads the time on it',
   '{projects:read,projects:update,tasks:create,tasks:read,tasks:update,tasks:delete,time_entries:read'
   ',reports:read}');
--> statement-breakpoint
CREATE TRIGGER audit_department_managers AFTER INSERT OR DELETE ON department_managers
FOR EACH ROW EXECUTE FUNCTION audit_place('department');
--> statement-breakpoint
CREATE TRIGGER audit_departments AFTER INSERT OR UPDATE ON departments
FOR EACH ROW EXECUTE FUNCTION audit_organization('department');
--> statement-breakpoint
CREATE TRIGGER audit_invitations AFTER INSERT OR UPDATE ON invitations
FOR EACH ROW EXECUTE FUNCTION audit_invitation();
--> statement-breakpoint
CREATE TRIGGER audit_memberships AFTER INSERT OR UPDATE ON memberships
FOR EACH ROW EXECUTE FUNCTION audit_membership();
--> statement-breakpoint
CREATE TRIGGER audit_organization_roles AFTER INSERT OR UPDATE ON organization_roles
FOR EACH ROW EXECUTE FUNCTION audit_organization('organization_role');
--> statement-breakpoint
CREATE TRIGGER audit_organizations AFTER INSERT OR UPDATE ON organizations
FOR EACH ROW EXECUTE FUNCTION audit_organization('organization');
--> statement-breakpoint
CREATE TRIGGER audit_team_members AFTER INSERT OR DELETE OR UPDATE OF is_lead ON team_members
FOR EACH ROW EXECUTE FUNCTION audit_place('team');
--> statement-breakpoint
CREATE TRIGGER audit_teams AFTER INSERT OR UPDATE ON teams
FOR EACH ROW EXECUTE FUNCTION audit_organization('team');
--> statement-breakpoint
CREATE TRIGGER bound_organizations AFTER INSERT ON organizations
FOR EACH ROW EXECUTE FUNCTION bound_organizations();
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON departments REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(2000, 'departments');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON invitations REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(10000, 'invitations');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON memberships REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(50000, 'members');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON organization_roles REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(200, 'roles');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON teams REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(10000, 'teams');
--> statement-breakpoint
CREATE TRIGGER demand_membership BEFORE INSERT ON department_managers
FOR EACH ROW EXECUTE FUNCTION demand_membership();
--> statement-breakpoint
CREATE TRIGGER demand_membership BEFORE INSERT ON team_members
FOR EACH ROW EXECUTE FUNCTION demand_membership();
--> statement-breakpoint
CREATE TRIGGER end_membership AFTER UPDATE OF left_at ON memberships
FOR EACH ROW WHEN (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL) EXECUTE FUNCTION end_membership();
--> statement-breakpoint
CREATE TRIGGER keep_owner AFTER DELETE OR UPDATE OF role_id, left_at ON memberships
FOR EACH ROW WHEN (OLD.left_at IS NULL AND OLD.role_id = '00000000-0000-4000-8000-000000000001')
EXECUTE FUNCTION keep_owner();
--> statement-breakpoint
CREATE TRIGGER keep_owner AFTER UPDATE ON organizations
FOR EACH ROW WHEN (OLD.is_deleted AND NOT NEW.is_deleted) EXECUTE FUNCTION keep_owner();
--> statement-breakpoint
CREATE TRIGGER keep_owner AFTER UPDATE ON users
FOR EACH ROW WHEN (OLD.is_active AND NOT OLD.is_deleted AND NOT (NEW.is_active AND NOT NEW.is_deleted))
EXECUTE FUNCTION keep_owner();
--> statement-breakpoint
CREATE TRIGGER keep_role_within BEFORE INSERT OR UPDATE OF role_id ON invitations
FOR EACH ROW EXECUTE FUNCTION keep_role_within();
--> statement-breakpoint
CREATE TRIGGER keep_role_within BEFORE INSERT OR UPDATE OF role_id ON memberships
FOR EACH ROW EXECUTE FUNCTION keep_role_within();
