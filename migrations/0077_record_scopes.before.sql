ALTER TABLE time_entries ADD COLUMN IF NOT EXISTS organization_id uuid,
  ADD COLUMN IF NOT EXISTS scope_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entries_by_organization ON time_entries USING btree ("organization_id","started_at","id") WHERE "organization_id" is not null and not "is_deleted";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entries_of_member ON time_entries USING btree ("organization_id","owner_id","started_at","id") WHERE "organization_id" is not null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entries_of_project ON time_entries USING btree ("project_id","started_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS time_entries_scope_key ON time_entries USING btree ("scope_id","id");
