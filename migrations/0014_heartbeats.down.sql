DROP FUNCTION heartbeat_stretches(uuid, timestamptz, timestamptz, interval);
--> statement-breakpoint
DROP FUNCTION store_heartbeats(uuid, jsonb);
--> statement-breakpoint
DROP TABLE "heartbeat_agents";
--> statement-breakpoint
DROP TABLE "heartbeats";
