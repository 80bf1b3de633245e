DROP FUNCTION events_after(uuid, text, bigint, timestamptz, bigint, int);
--> statement-breakpoint
DROP FUNCTION import_buckets(uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION store_events(uuid, text, jsonb);
--> statement-breakpoint
DROP FUNCTION merge_heartbeat(uuid, text, timestamptz, float8, jsonb, float8);
--> statement-breakpoint
DROP FUNCTION keep_reach(bigint, interval);
--> statement-breakpoint
DROP FUNCTION lock_bucket(uuid, text);
--> statement-breakpoint
DROP TABLE activity_settings;
--> statement-breakpoint
DROP TABLE activity_events;
--> statement-breakpoint
DROP TABLE activity_buckets;
