-- Refuses more than 100 ActivityWatch settings of a user. Inserts of one user take turns. A setting that exists
-- already may be inserted again.
--
-- Raises
--   PT004  the user has 100 settings
CREATE OR REPLACE FUNCTION limit_activity_settings() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('activity_settings ' || NEW.user_id, 0));
  PERFORM demand(
    EXISTS (SELECT FROM activity_settings WHERE user_id = NEW.user_id AND key = NEW.key)
      OR (SELECT count(*) < 100 FROM activity_settings WHERE user_id = NEW.user_id),
    'PT004', 'An account can have at most 100 settings. Delete one that you don''t need.');
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER limit_activity_settings BEFORE INSERT ON activity_settings
  FOR EACH ROW EXECUTE FUNCTION limit_activity_settings();
