-- What 0040_projects_of_tasks.sql and 0050_imports.sql left, since it reads all time entries: writes go on meanwhile.
-- Entries that came while the others got the project of their task.
UPDATE time_entries e SET project_id = t.project_id, updated_at = now(), version = e.version + 1
  FROM tasks t WHERE e.task_id = t.id AND e.project_id IS DISTINCT FROM t.project_id;
--> statement-breakpoint
ALTER TABLE "time_entries" VALIDATE CONSTRAINT "time_entries_project_of_task";
--> statement-breakpoint
-- Even IF NOT EXISTS would lock the table.
DO $$ BEGIN
  IF to_regclass('time_entries_by_import') IS NULL THEN
    CREATE INDEX "time_entries_by_import" ON "time_entries" USING btree ("import_id") WHERE "time_entries"."import_id" is not null;
  END IF;
END $$;
