-- Removes a user's heartbeats and slots with the user's state, which is removed with the user. One check of the state
-- for a whole batch replaces a foreign key's check for each heartbeat.
CREATE OR REPLACE FUNCTION remove_with_state() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM heartbeats WHERE user_id = OLD.user_id;
  DELETE FROM heartbeat_slots WHERE user_id = OLD.user_id;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER remove_with_state AFTER DELETE ON heartbeat_states
FOR EACH ROW EXECUTE FUNCTION remove_with_state();
