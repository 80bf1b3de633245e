CREATE TABLE "project_members" (
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"is_manager" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "project_members_project_id_user_id_pk" PRIMARY KEY("project_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN IF NOT EXISTS "organization_id" uuid,
  ADD COLUMN IF NOT EXISTS "scope_id" uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN IF NOT EXISTS "organization_id" uuid,
  ADD COLUMN IF NOT EXISTS "scope_id" uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
--> statement-breakpoint
ALTER TABLE "tags" ADD COLUMN IF NOT EXISTS "organization_id" uuid,
  ADD COLUMN IF NOT EXISTS "scope_id" uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN IF NOT EXISTS "organization_id" uuid,
  ADD COLUMN IF NOT EXISTS "scope_id" uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
--> statement-breakpoint
ALTER TABLE "time_entries" ADD COLUMN IF NOT EXISTS "organization_id" uuid,
  ADD COLUMN IF NOT EXISTS "scope_id" uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
--> statement-breakpoint
ALTER TABLE "time_entry_tags" ADD COLUMN "scope_id" uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "visibility" text NOT NULL DEFAULT 'organization',
  ADD CONSTRAINT "projects_visibility" CHECK ("visibility" IN ('organization', 'members'));
--> statement-breakpoint
-- Even IF NOT EXISTS would lock the tables.
DO $$ BEGIN
  IF to_regclass('clients_scope_key') IS NULL THEN
    CREATE UNIQUE INDEX "clients_scope_key" ON "clients" USING btree ("scope_id","id");
  END IF;
  IF to_regclass('clients_of_member') IS NULL THEN
    CREATE INDEX "clients_of_member" ON "clients" USING btree ("organization_id","owner_id") WHERE "organization_id" is not null;
  END IF;
  IF to_regclass('clients_shared_name_key') IS NULL THEN
    CREATE UNIQUE INDEX "clients_shared_name_key" ON "clients" USING btree ("organization_id",fold_case("name")) WHERE not "is_deleted" and "organization_id" is not null;
  END IF;
  IF to_regclass('clients_shared_by_name') IS NULL THEN
    CREATE INDEX "clients_shared_by_name" ON "clients" USING btree ("organization_id","name" collate "und-x-icu","id") WHERE not "is_deleted" and "organization_id" is not null;
  END IF;
  IF to_regclass('projects_scope_key') IS NULL THEN
    CREATE UNIQUE INDEX "projects_scope_key" ON "projects" USING btree ("scope_id","id");
  END IF;
  IF to_regclass('projects_of_member') IS NULL THEN
    CREATE INDEX "projects_of_member" ON "projects" USING btree ("organization_id","owner_id") WHERE "organization_id" is not null;
  END IF;
  IF to_regclass('projects_shared_name_key') IS NULL THEN
    CREATE UNIQUE INDEX "projects_shared_name_key" ON "projects" USING btree ("organization_id",fold_case("name")) WHERE not "is_deleted" and "organization_id" is not null;
  END IF;
  IF to_regclass('projects_shared_by_name') IS NULL THEN
    CREATE INDEX "projects_shared_by_name" ON "projects" USING btree ("organization_id","name" collate "und-x-icu","id") WHERE not "is_deleted" and "organization_id" is not null;
  END IF;
  IF to_regclass('tags_scope_key') IS NULL THEN
    CREATE UNIQUE INDEX "tags_scope_key" ON "tags" USING btree ("scope_id","id");
  END IF;
  IF to_regclass('tags_of_member') IS NULL THEN
    CREATE INDEX "tags_of_member" ON "tags" USING btree ("organization_id","owner_id") WHERE "organization_id" is not null;
  END IF;
  IF to_regclass('tags_shared_name_key') IS NULL THEN
    CREATE UNIQUE INDEX "tags_shared_name_key" ON "tags" USING btree ("organization_id",fold_case("name")) WHERE not "is_deleted" and "organization_id" is not null;
  END IF;
  IF to_regclass('tags_shared_by_name') IS NULL THEN
    CREATE INDEX "tags_shared_by_name" ON "tags" USING btree ("organization_id","name" collate "und-x-icu","id") WHERE not "is_deleted" and "organization_id" is not null;
  END IF;
  IF to_regclass('tasks_scope_key') IS NULL THEN
    CREATE UNIQUE INDEX "tasks_scope_key" ON "tasks" USING btree ("scope_id","id");
  END IF;
  IF to_regclass('tasks_of_member') IS NULL THEN
    CREATE INDEX "tasks_of_member" ON "tasks" USING btree ("organization_id","owner_id") WHERE "organization_id" is not null;
  END IF;
  IF to_regclass('tasks_shared_by_name') IS NULL THEN
    CREATE INDEX "tasks_shared_by_name" ON "tasks" USING btree ("organization_id","name" collate "und-x-icu","id") WHERE not "is_deleted" and "organization_id" is not null;
  END IF;
  IF to_regclass('time_entries_by_organization') IS NULL THEN
    CREATE INDEX "time_entries_by_organization" ON "time_entries" USING btree ("organization_id","started_at","id") WHERE "organization_id" is not null and not "is_deleted";
  END IF;
  IF to_regclass('time_entries_of_member') IS NULL THEN
    CREATE INDEX "time_entries_of_member" ON "time_entries" USING btree ("organization_id","owner_id","started_at","id") WHERE "organization_id" is not null;
  END IF;
  IF to_regclass('time_entries_of_project') IS NULL THEN
    CREATE INDEX "time_entries_of_project" ON "time_entries" USING btree ("project_id","started_at","id");
  END IF;
  IF to_regclass('time_entries_scope_key') IS NULL THEN
    CREATE UNIQUE INDEX "time_entries_scope_key" ON "time_entries" USING btree ("scope_id","id");
  END IF;
END $$;
--> statement-breakpoint
-- Names of personal records stay unique for each owner. An index may exempt some records from before names were folded.
DO $$
DECLARE
  v_table text;
  v_key text;
  v_predicate text;
BEGIN
  FOREACH v_table IN ARRAY '{clients,projects,tags}'::text[] LOOP
    v_key := v_table || '_name_key';
    SELECT pg_get_expr(indpred, indrelid) INTO STRICT v_predicate FROM pg_index WHERE indexrelid = v_key::regclass;
    EXECUTE format('ALTER INDEX %I RENAME TO replaced_name_key', v_key);
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (owner_id, fold_case(name)) WHERE %s AND organization_id IS NULL',
                   v_key, v_table, v_predicate);
    DROP INDEX replaced_name_key;
  END LOOP;
END $$;
--> statement-breakpoint
DROP INDEX "time_entries_by_project";
--> statement-breakpoint
-- The next migration validates these keys.
ALTER TABLE "clients"
  DROP CONSTRAINT "clients_owner_id_users_id_fk",
  ADD CONSTRAINT "clients_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  ADD CONSTRAINT "clients_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "projects"
  DROP CONSTRAINT "projects_client_id_clients_id_fk",
  DROP CONSTRAINT "projects_owner_id_users_id_fk",
  ADD CONSTRAINT "projects_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  ADD CONSTRAINT "projects_client_in_scope" FOREIGN KEY ("scope_id","client_id") REFERENCES "clients"("scope_id","id") NOT VALID,
  ADD CONSTRAINT "projects_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "tags"
  DROP CONSTRAINT "tags_owner_id_users_id_fk",
  ADD CONSTRAINT "tags_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  ADD CONSTRAINT "tags_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "tasks"
  DROP CONSTRAINT "tasks_project_id_projects_id_fk",
  DROP CONSTRAINT "tasks_owner_id_users_id_fk",
  ADD CONSTRAINT "tasks_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  ADD CONSTRAINT "tasks_project_in_scope" FOREIGN KEY ("scope_id","project_id") REFERENCES "projects"("scope_id","id") NOT VALID,
  ADD CONSTRAINT "tasks_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "time_entries"
  DROP CONSTRAINT "time_entries_project_id_projects_id_fk",
  DROP CONSTRAINT "time_entries_task_id_tasks_id_fk",
  DROP CONSTRAINT "time_entries_owner_id_users_id_fk",
  ADD CONSTRAINT "time_entries_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  ADD CONSTRAINT "time_entries_project_in_scope" FOREIGN KEY ("scope_id","project_id") REFERENCES "projects"("scope_id","id") NOT VALID,
  ADD CONSTRAINT "time_entries_task_in_scope" FOREIGN KEY ("scope_id","task_id") REFERENCES "tasks"("scope_id","id") NOT VALID,
  ADD CONSTRAINT "time_entries_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "time_entry_tags"
  DROP CONSTRAINT "time_entry_tags_entry_id_time_entries_id_fk",
  DROP CONSTRAINT "time_entry_tags_tag_id_tags_id_fk",
  ADD CONSTRAINT "time_entry_tags_entry_in_scope" FOREIGN KEY ("scope_id","entry_id") REFERENCES "time_entries"("scope_id","id") ON DELETE cascade NOT VALID,
  ADD CONSTRAINT "time_entry_tags_tag_in_scope" FOREIGN KEY ("scope_id","tag_id") REFERENCES "tags"("scope_id","id") ON DELETE cascade NOT VALID;
--> statement-breakpoint
ALTER TABLE "project_members"
  ADD CONSTRAINT "project_members_project_fk" FOREIGN KEY ("organization_id","project_id") REFERENCES "projects"("scope_id","id") ON DELETE cascade,
  ADD CONSTRAINT "project_members_membership_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "memberships"("organization_id","user_id") ON DELETE cascade;
--> statement-breakpoint
CREATE INDEX "project_members_user" ON "project_members" USING btree ("user_id","organization_id");
--> statement-breakpoint
CREATE INDEX "project_members_membership" ON "project_members" USING btree ("organization_id","user_id");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_scope() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.scope_id := coalesce(NEW.organization_id, '00000000-0000-0000-0000-000000000000');
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
CREATE OR REPLACE FUNCTION leave_records() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM project_members WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  UPDATE time_entries
     SET ended_at = greatest(started_at, clock_timestamp()::timestamptz(3)), updated_at = now(), version = version + 1
   WHERE owner_id = NEW.user_id AND organization_id = NEW.organization_id AND ended_at IS NULL AND NOT is_deleted;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION set_entry_tags(p_entry uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid[];
BEGIN
  IF NOT p_values ? 'tag_ids' THEN
    RETURN;
  END IF;
  SELECT coalesce(array_agg(id::uuid), '{}') INTO wanted FROM jsonb_array_elements_text(p_values->'tag_ids') AS id;
  DELETE FROM time_entry_tags WHERE entry_id = p_entry AND tag_id <> ALL (wanted);
  INSERT INTO time_entry_tags (entry_id, tag_id, scope_id)
  SELECT id, unnest(wanted), scope_id FROM time_entries WHERE id = p_entry
  ON CONFLICT DO NOTHING;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON clients
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON clients
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON projects
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON projects
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON tags
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON tags
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON tasks
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON tasks
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_changed_scope BEFORE UPDATE OF organization_id, scope_id ON time_entries
FOR EACH ROW EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON time_entries
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL OR NEW.scope_id <> '00000000-0000-0000-0000-000000000000')
EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER leave_records AFTER UPDATE OF left_at ON memberships
FOR EACH ROW WHEN (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL) EXECUTE FUNCTION leave_records();
