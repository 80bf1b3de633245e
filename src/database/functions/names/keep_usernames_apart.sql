-- Refuses a username that looks like another live username, unless both are ASCII: "modern" and "modem" are both
-- legitimate names. It raises as the unique index of usernames does. Names that are older than this check stay. The
-- lock makes transactions with look-alike names take turns; a transaction takes at most 1,024 locks, because one lock
-- for each of 10,000 names would fill the server's lock table.
--
-- Raises
--   23505  users_username_key: another username looks like this one
CREATE OR REPLACE FUNCTION keep_usernames_apart() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_skeleton text := username_skeleton(NEW.username);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('usernames'), hashtext(v_skeleton) & 1023);
  IF EXISTS (
    SELECT FROM users
     WHERE username_skeleton(username) = v_skeleton AND NOT is_deleted AND id <> NEW.id
       AND (octet_length(username) > char_length(username) OR octet_length(NEW.username) > char_length(NEW.username)))
  THEN
    RAISE unique_violation USING CONSTRAINT = 'users_username_key', MESSAGE = 'Another username looks like this one.';
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_new_usernames_apart AFTER INSERT ON users
FOR EACH ROW WHEN (NOT NEW.is_deleted) EXECUTE FUNCTION keep_usernames_apart();
--> statement-breakpoint
CREATE TRIGGER keep_usernames_apart AFTER UPDATE OF username, is_deleted ON users
FOR EACH ROW WHEN (NOT NEW.is_deleted AND (OLD.is_deleted OR NEW.username IS DISTINCT FROM OLD.username))
EXECUTE FUNCTION keep_usernames_apart();
