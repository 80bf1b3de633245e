-- Counts the time entries that accounts add and remove, and refuses more than 1,000,000 of an account.
--
-- Raises
--   PT004  the account has reached the limit
CREATE OR REPLACE FUNCTION count_time_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM add_usage(owner_id, 'time_entries', count(*), 1000000, 'time entries') FROM changed GROUP BY owner_id ORDER BY owner_id;
  ELSE
    PERFORM reduce_usage(owner_id, 'time_entries', count(*)) FROM changed GROUP BY owner_id ORDER BY owner_id;
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON time_entries REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_time_entries();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON time_entries REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_time_entries();
