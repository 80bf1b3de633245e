DROP TRIGGER bound_all ON permissions;
--> statement-breakpoint
DROP TRIGGER bound_all ON roles;
--> statement-breakpoint
DROP FUNCTION bound_all();
--> statement-breakpoint
DROP TRIGGER count_removed ON activity_buckets;
--> statement-breakpoint
DROP FUNCTION count_events_of_bucket();
--> statement-breakpoint
DROP TRIGGER count_removed ON activity_events;
--> statement-breakpoint
DROP TRIGGER count_added ON activity_events;
--> statement-breakpoint
DROP FUNCTION count_activity_events();
--> statement-breakpoint
DROP TRIGGER count_removed ON heartbeats;
--> statement-breakpoint
DROP TRIGGER count_added ON heartbeats;
--> statement-breakpoint
DROP FUNCTION count_heartbeats();
--> statement-breakpoint
DROP TRIGGER count_removed ON time_entries;
--> statement-breakpoint
DROP TRIGGER count_added ON time_entries;
--> statement-breakpoint
DROP FUNCTION count_time_entries();
--> statement-breakpoint
DROP FUNCTION reduce_usage(uuid, text, bigint);
--> statement-breakpoint
DROP FUNCTION add_usage(uuid, text, bigint, bigint, text);
--> statement-breakpoint
DROP FUNCTION sampled(bigint);
--> statement-breakpoint
DROP TABLE account_usage;
