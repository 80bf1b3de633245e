DROP FUNCTION events_of_periods(uuid, jsonb, int, timestamptz, bigint, int, int);
--> statement-breakpoint
DROP TRIGGER limit_activity_settings ON activity_settings;
--> statement-breakpoint
DROP FUNCTION limit_activity_settings();
--> statement-breakpoint
DROP TRIGGER limit_activity_buckets ON activity_buckets;
--> statement-breakpoint
DROP FUNCTION limit_activity_buckets();
