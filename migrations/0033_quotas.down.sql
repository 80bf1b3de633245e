DROP TRIGGER bound_sessions ON sessions;
--> statement-breakpoint
DROP FUNCTION bound_sessions();
--> statement-breakpoint
DROP TRIGGER bound_kind ON calendar_feeds;
--> statement-breakpoint
DROP TRIGGER bound_kind ON activity_rules;
--> statement-breakpoint
DROP TRIGGER bound_kind ON goals;
--> statement-breakpoint
DROP TRIGGER bound_kind ON tags;
--> statement-breakpoint
DROP TRIGGER bound_kind ON tasks;
--> statement-breakpoint
DROP TRIGGER bound_kind ON projects;
--> statement-breakpoint
DROP TRIGGER bound_kind ON clients;
--> statement-breakpoint
DROP FUNCTION bound_kind();
--> statement-breakpoint
DROP INDEX "activity_rules_of_owner";--> statement-breakpoint
DROP INDEX "calendar_feeds_of_owner";--> statement-breakpoint
DROP INDEX "clients_of_owner";--> statement-breakpoint
DROP INDEX "goals_of_owner";--> statement-breakpoint
DROP INDEX "projects_of_owner";--> statement-breakpoint
DROP INDEX "tags_of_owner";--> statement-breakpoint
DROP INDEX "tasks_of_owner";
