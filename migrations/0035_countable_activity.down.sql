DROP FUNCTION demand_countable_activity(uuid, timestamptz, timestamptz, int, int);
--> statement-breakpoint
DROP FUNCTION seen_activity(uuid, timestamptz, timestamptz);
