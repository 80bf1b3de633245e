DROP FUNCTION import_time_entries(uuid, text, text, jsonb);
--> statement-breakpoint
DROP FUNCTION imported_times(timestamp, timestamp, float8, text);
--> statement-breakpoint
DROP FUNCTION imported_tag(uuid, text);
--> statement-breakpoint
DROP FUNCTION imported_task(uuid, text, uuid);
--> statement-breakpoint
DROP FUNCTION imported_project(uuid, text, uuid, text);
--> statement-breakpoint
DROP FUNCTION imported_client(uuid, text);
