DROP TRIGGER keep_scope ON clients;
--> statement-breakpoint
DROP TRIGGER keep_changed_scope ON clients;
--> statement-breakpoint
DROP TRIGGER keep_scope ON projects;
--> statement-breakpoint
DROP TRIGGER keep_changed_scope ON projects;
--> statement-breakpoint
DROP TRIGGER keep_scope ON tags;
--> statement-breakpoint
DROP TRIGGER keep_changed_scope ON tags;
--> statement-breakpoint
DROP TRIGGER keep_scope ON tasks;
--> statement-breakpoint
DROP TRIGGER keep_changed_scope ON tasks;
--> statement-breakpoint
DROP TRIGGER keep_scope ON time_entries;
--> statement-breakpoint
DROP TRIGGER keep_changed_scope ON time_entries;
--> statement-breakpoint
DROP TRIGGER leave_records ON memberships;
--> statement-breakpoint
DROP FUNCTION keep_scope();
--> statement-breakpoint
DROP FUNCTION leave_records();
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
  INSERT INTO time_entry_tags (entry_id, tag_id) SELECT p_entry, unnest(wanted) ON CONFLICT DO NOTHING;
END;
$$;
--> statement-breakpoint
DROP TABLE project_members;
--> statement-breakpoint
ALTER TABLE "clients"
  DROP CONSTRAINT "clients_membership_fk",
  DROP CONSTRAINT "clients_owner_id_users_id_fk",
  ADD CONSTRAINT "clients_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "projects"
  DROP CONSTRAINT "projects_membership_fk",
  DROP CONSTRAINT "projects_client_in_scope",
  DROP CONSTRAINT "projects_owner_id_users_id_fk",
  ADD CONSTRAINT "projects_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "clients"("id"),
  ADD CONSTRAINT "projects_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "tags"
  DROP CONSTRAINT "tags_membership_fk",
  DROP CONSTRAINT "tags_owner_id_users_id_fk",
  ADD CONSTRAINT "tags_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "tasks"
  DROP CONSTRAINT "tasks_membership_fk",
  DROP CONSTRAINT "tasks_project_in_scope",
  DROP CONSTRAINT "tasks_owner_id_users_id_fk",
  ADD CONSTRAINT "tasks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "projects"("id"),
  ADD CONSTRAINT "tasks_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "time_entries"
  DROP CONSTRAINT "time_entries_membership_fk",
  DROP CONSTRAINT "time_entries_project_in_scope",
  DROP CONSTRAINT "time_entries_task_in_scope",
  DROP CONSTRAINT "time_entries_owner_id_users_id_fk",
  ADD CONSTRAINT "time_entries_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "projects"("id"),
  ADD CONSTRAINT "time_entries_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "tasks"("id"),
  ADD CONSTRAINT "time_entries_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "time_entry_tags"
  DROP CONSTRAINT "time_entry_tags_entry_in_scope",
  DROP CONSTRAINT "time_entry_tags_tag_in_scope",
  ADD CONSTRAINT "time_entry_tags_entry_id_time_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "time_entries"("id") ON DELETE cascade,
  ADD CONSTRAINT "time_entry_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "tags"("id") ON DELETE cascade;
--> statement-breakpoint
-- Records of organizations become their owners'. Where the owner has the name already, the record's id follows it.
DO $$
DECLARE
  v_table text;
  v_predicate text;
BEGIN
  FOREACH v_table IN ARRAY '{clients,projects,tags}'::text[] LOOP
    SELECT regexp_replace(pg_get_expr(indpred, indrelid), '^\((.*) AND \(organization_id IS NULL\)\)$', '\1') INTO STRICT v_predicate
      FROM pg_index WHERE indexrelid = (v_table || '_name_key')::regclass;
    EXECUTE format('
      UPDATE %1$I t SET name = name || '' '' || id
       WHERE organization_id IS NOT NULL AND NOT is_deleted AND EXISTS (
         SELECT FROM %1$I o WHERE o.owner_id = t.owner_id AND o.id <> t.id AND NOT o.is_deleted AND fold_case(o.name) = fold_case(t.name))',
      v_table);
    EXECUTE format('DROP INDEX %I', v_table || '_name_key');
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (owner_id, fold_case(name)) WHERE %s', v_table || '_name_key', v_table, v_predicate);
  END LOOP;
END $$;
--> statement-breakpoint
DROP INDEX "time_entries_of_project";
--> statement-breakpoint
CREATE INDEX "time_entries_by_project" ON "time_entries" USING btree ("project_id","started_at");
--> statement-breakpoint
ALTER TABLE "clients" DROP COLUMN "organization_id", DROP COLUMN "scope_id";
--> statement-breakpoint
ALTER TABLE "projects" DROP COLUMN "organization_id", DROP COLUMN "scope_id";
--> statement-breakpoint
ALTER TABLE "tags" DROP COLUMN "organization_id", DROP COLUMN "scope_id";
--> statement-breakpoint
ALTER TABLE "tasks" DROP COLUMN "organization_id", DROP COLUMN "scope_id";
--> statement-breakpoint
ALTER TABLE "time_entries" DROP COLUMN "organization_id", DROP COLUMN "scope_id";
--> statement-breakpoint
ALTER TABLE "time_entry_tags" DROP COLUMN "scope_id";
--> statement-breakpoint
ALTER TABLE "projects" DROP COLUMN "visibility";
