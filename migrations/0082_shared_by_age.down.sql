CREATE INDEX "time_entries_by_start" ON "time_entries" USING btree ("owner_id","started_at","id") WHERE not "is_deleted";
--> statement-breakpoint
DROP INDEX "time_entries_of_owner";
--> statement-breakpoint
DROP INDEX "time_entries_long_shared";
--> statement-breakpoint
DROP INDEX "tasks_shared_by_age";
--> statement-breakpoint
DROP INDEX "tags_shared_by_age";
--> statement-breakpoint
DROP INDEX "projects_shared_by_age";
--> statement-breakpoint
DROP INDEX "clients_shared_by_age";
