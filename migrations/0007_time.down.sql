DROP FUNCTION time_frame(uuid, text, int, timestamptz);
--> statement-breakpoint
DROP FUNCTION time_slices(uuid, date, date, text, int, timestamptz);
--> statement-breakpoint
DROP FUNCTION bulk_time_entries(uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION resume_time_entry(uuid, uuid, uuid);
--> statement-breakpoint
DROP FUNCTION stop_time_entry(uuid, uuid, timestamptz);
--> statement-breakpoint
DROP FUNCTION delete_time_entry(uuid, uuid);
--> statement-breakpoint
DROP FUNCTION update_time_entry(uuid, uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION create_time_entry(uuid, uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION set_entry_tags(uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION lock_time(uuid);
--> statement-breakpoint
DROP FUNCTION demand_entry_references(uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION day_start(date, text, int);
--> statement-breakpoint
DROP FUNCTION is_zone(text);
--> statement-breakpoint
ALTER TABLE time_entries DROP CONSTRAINT time_entries_no_overlap;
--> statement-breakpoint
DROP TYPE uuidrange;
