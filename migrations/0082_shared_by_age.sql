CREATE INDEX "clients_shared_by_age" ON "clients" USING btree ("organization_id","created_at","id") WHERE not "is_deleted" and "organization_id" is not null;
--> statement-breakpoint
CREATE INDEX "projects_shared_by_age" ON "projects" USING btree ("organization_id","created_at","id") WHERE not "is_deleted" and "organization_id" is not null;
--> statement-breakpoint
CREATE INDEX "tags_shared_by_age" ON "tags" USING btree ("organization_id","created_at","id") WHERE not "is_deleted" and "organization_id" is not null;
--> statement-breakpoint
CREATE INDEX "tasks_shared_by_age" ON "tasks" USING btree ("organization_id","created_at","id") WHERE not "is_deleted" and "organization_id" is not null;
--> statement-breakpoint
-- Even IF NOT EXISTS would lock the table.
DO $$ BEGIN
  IF to_regclass('time_entries_of_owner') IS NULL THEN
    CREATE INDEX time_entries_of_owner ON time_entries USING btree ("owner_id","started_at","id","organization_id") WHERE not "is_deleted";
  END IF;
  IF to_regclass('time_entries_long_shared') IS NULL THEN
    CREATE INDEX time_entries_long_shared ON time_entries USING btree ("organization_id","started_at","id") WHERE "organization_id" is not null and not "is_deleted" and ("ended_at" is null or "ended_at" - "started_at" > interval '1 day');
  END IF;
END $$;
--> statement-breakpoint
DROP INDEX "time_entries_by_start";
