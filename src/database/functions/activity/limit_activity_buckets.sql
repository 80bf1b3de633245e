-- Refuses more than 1,000 buckets of a user, also from imports. Inserts of one user take turns before they lock a row,
-- so that two never deadlock. A bucket that exists already may be inserted again.
--
-- Raises
--   PT004  the user has 1,000 buckets
CREATE OR REPLACE FUNCTION limit_activity_buckets() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('activity_buckets ' || NEW.user_id, 0));
  PERFORM demand(
    EXISTS (SELECT FROM activity_buckets WHERE user_id = NEW.user_id AND id = NEW.id)
      OR (SELECT count(*) < 1000 FROM activity_buckets WHERE user_id = NEW.user_id),
    'PT004', 'An account can have at most 1000 buckets. Delete one that you don''t need.');
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER limit_activity_buckets BEFORE INSERT ON activity_buckets
  FOR EACH ROW EXECUTE FUNCTION limit_activity_buckets();
