CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entries_long_shared ON time_entries USING btree ("organization_id","started_at","id") WHERE "organization_id" is not null and not "is_deleted" and ("ended_at" is null or "ended_at" - "started_at" > interval '1 day');
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entries_of_owner ON time_entries USING btree ("owner_id","started_at","id","organization_id") WHERE not "is_deleted";
