DROP FUNCTION unrecorded_activity(uuid, timestamptz, timestamptz, boolean);
--> statement-breakpoint
DROP FUNCTION classified_activity(uuid, timestamptz, timestamptz, jsonb);
--> statement-breakpoint
DROP FUNCTION activity_rules_of(uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION activity_spans(uuid, timestamptz, timestamptz);
--> statement-breakpoint
DROP FUNCTION host_of(text);
