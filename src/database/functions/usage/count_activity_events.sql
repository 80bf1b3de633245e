-- Counts the activity events that accounts add and remove, and refuses more than 20,000,000 of an account.
--
-- Raises
--   PT004  the account has reached the limit
CREATE OR REPLACE FUNCTION count_activity_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM add_usage(b.user_id, 'activity_events', count(*), 20000000, 'events')
       FROM changed JOIN activity_buckets b ON b.key = bucket_key GROUP BY b.user_id ORDER BY b.user_id;
  ELSE
    PERFORM reduce_usage(b.user_id, 'activity_events', count(*))
       FROM changed JOIN activity_buckets b ON b.key = bucket_key GROUP BY b.user_id ORDER BY b.user_id;
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON activity_events REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_activity_events();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON activity_events REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_activity_events();
