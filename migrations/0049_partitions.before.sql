-- What reads whole tables for 0049_partitions.sql, while requests go on: indexes that the partitions of the past must have, and the proof
-- that all their rows are from before the end of next month. From here on no row of a later time is taken. Where there is one already,
-- 0049_partitions.sql looks for such rows itself.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS audit_events_past_pkey ON audit_events (id, occurred_at);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_events_past_target_type ON audit_events USING btree (target_type, occurred_at, id);
--> statement-breakpoint
DO $$ BEGIN
  EXECUTE format('ALTER TABLE heartbeats DROP CONSTRAINT IF EXISTS heartbeats_end, ADD CONSTRAINT heartbeats_end CHECK (at < %L) NOT VALID',
                 (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months') AT TIME ZONE 'UTC');
END $$;
--> statement-breakpoint
DO $$ BEGIN
  ALTER TABLE heartbeats VALIDATE CONSTRAINT heartbeats_end;
EXCEPTION WHEN check_violation THEN
  ALTER TABLE heartbeats DROP CONSTRAINT heartbeats_end;
END $$;
--> statement-breakpoint
DO $$ BEGIN
  EXECUTE format('ALTER TABLE audit_events DROP CONSTRAINT IF EXISTS audit_events_end, ADD CONSTRAINT audit_events_end CHECK (occurred_at < %L) NOT VALID',
                 (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months') AT TIME ZONE 'UTC');
END $$;
--> statement-breakpoint
DO $$ BEGIN
  ALTER TABLE audit_events VALIDATE CONSTRAINT audit_events_end;
EXCEPTION WHEN check_violation THEN
  ALTER TABLE audit_events DROP CONSTRAINT audit_events_end;
END $$;
