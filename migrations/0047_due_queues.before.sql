-- The oldest heartbeat of each user, which is a look into a large index for each, before 0047_due_queues.sql locks the table.
ALTER TABLE heartbeat_states ADD COLUMN IF NOT EXISTS oldest_at timestamp with time zone;
--> statement-breakpoint
UPDATE heartbeat_states s
   SET oldest_at = (SELECT h.at FROM heartbeats h WHERE h.user_id = s.user_id ORDER BY h.at LIMIT 1)
 WHERE s.oldest_at IS NULL;
