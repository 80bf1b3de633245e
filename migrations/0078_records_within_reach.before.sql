ALTER TABLE "clients" VALIDATE CONSTRAINT "clients_membership_fk";
--> statement-breakpoint
ALTER TABLE "clients" VALIDATE CONSTRAINT "clients_owner_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "projects" VALIDATE CONSTRAINT "projects_membership_fk";
--> statement-breakpoint
ALTER TABLE "projects" VALIDATE CONSTRAINT "projects_client_in_scope";
--> statement-breakpoint
ALTER TABLE "projects" VALIDATE CONSTRAINT "projects_owner_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "tags" VALIDATE CONSTRAINT "tags_membership_fk";
--> statement-breakpoint
ALTER TABLE "tags" VALIDATE CONSTRAINT "tags_owner_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "tasks" VALIDATE CONSTRAINT "tasks_membership_fk";
--> statement-breakpoint
ALTER TABLE "tasks" VALIDATE CONSTRAINT "tasks_project_in_scope";
--> statement-breakpoint
ALTER TABLE "tasks" VALIDATE CONSTRAINT "tasks_owner_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "time_entries" VALIDATE CONSTRAINT "time_entries_membership_fk";
--> statement-breakpoint
ALTER TABLE "time_entries" VALIDATE CONSTRAINT "time_entries_project_in_scope";
--> statement-breakpoint
ALTER TABLE "time_entries" VALIDATE CONSTRAINT "time_entries_task_in_scope";
--> statement-breakpoint
ALTER TABLE "time_entries" VALIDATE CONSTRAINT "time_entries_owner_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "time_entry_tags" VALIDATE CONSTRAINT "time_entry_tags_entry_in_scope";
--> statement-breakpoint
ALTER TABLE "time_entry_tags" VALIDATE CONSTRAINT "time_entry_tags_tag_in_scope";
