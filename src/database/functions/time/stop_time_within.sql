-- Stops the running time entries of an organization when it is deleted, because their owners no longer reach them.
CREATE OR REPLACE FUNCTION stop_time_within() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE time_entries
     SET ended_at = greatest(started_at, clock_timestamp()::timestamptz(3)), updated_at = now(), version = version + 1
   WHERE organization_id = NEW.id AND ended_at IS NULL AND NOT is_deleted;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER stop_time_within AFTER UPDATE OF is_deleted ON organizations
FOR EACH ROW WHEN (NOT OLD.is_deleted AND NEW.is_deleted) EXECUTE FUNCTION stop_time_within();
