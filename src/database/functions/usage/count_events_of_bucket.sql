-- Subtracts the events of a bucket that is being deleted, before they are deleted: afterwards their owner can't be
-- found.
CREATE OR REPLACE FUNCTION count_events_of_bucket() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM reduce_usage(OLD.user_id, 'activity_events', (SELECT count(*) FROM activity_events WHERE bucket_key = OLD.key));
  RETURN OLD;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_removed BEFORE DELETE ON activity_buckets FOR EACH ROW EXECUTE FUNCTION count_events_of_bucket();
