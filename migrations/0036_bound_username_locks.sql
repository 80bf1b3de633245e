-- A transaction that adds many users takes 1,024 locks at most. One lock per name filled the server's table of locks: "out of
-- shared memory" for a load of 10,000 users.
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
