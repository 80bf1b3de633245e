CREATE OR REPLACE FUNCTION stop_shared_time() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE time_entries
     SET ended_at = greatest(started_at, clock_timestamp()::timestamptz(3)), updated_at = now(), version = version + 1
   WHERE owner_id = NEW.id AND organization_id IS NOT NULL AND ended_at IS NULL AND NOT is_deleted;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER stop_shared_time AFTER UPDATE OF is_active, is_deleted ON users
FOR EACH ROW WHEN (OLD.is_active AND NOT OLD.is_deleted AND NOT (NEW.is_active AND NOT NEW.is_deleted))
EXECUTE FUNCTION stop_shared_time();
