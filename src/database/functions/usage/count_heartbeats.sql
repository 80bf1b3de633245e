-- Counts the heartbeats that accounts add and remove, and refuses more than 20,000,000 of an account.
--
-- Raises
--   PT004  the account has reached the limit
CREATE OR REPLACE FUNCTION count_heartbeats() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM add_usage(user_id, 'heartbeats', count(*), 20000000, 'heartbeats') FROM changed GROUP BY user_id ORDER BY user_id;
  ELSE
    PERFORM reduce_usage(user_id, 'heartbeats', count(*)) FROM changed GROUP BY user_id ORDER BY user_id;
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON heartbeats REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON heartbeats REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
