-- Opens a session after a correct password, if the account is still active, the verified password is still its
-- password, and the attempt has not been blocked in the meantime. The lock waits for concurrent transactions that end
-- access. Then stores the hash with the current parameters, if they have changed. Returns the user as in lists; null if
-- no session was opened.
--
-- Parameters
--   p_sign_in  an object with `attempt`, see sign_in_counters(); `userId`; `passwordHash`, which the password was
--              verified against; and `rehash`, null or the new hash
--   p_session  see insert_session()
--
-- Raises
--   PT007  the rate limit is exceeded; the message is a Block, as JSON
CREATE OR REPLACE FUNCTION open_session(p_sign_in jsonb, p_session jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  v_user uuid := p_sign_in->>'userId';
  v_rehash text := p_sign_in->>'rehash';
  found_user users;
BEGIN
  SELECT * INTO found_user FROM users WHERE id = v_user FOR UPDATE;
  PERFORM settle_sign_in(p_sign_in->'attempt', v_user);
  IF found_user.password_hash IS DISTINCT FROM p_sign_in->>'passwordHash' OR NOT found_user.is_active OR found_user.is_deleted THEN
    RETURN NULL;
  END IF;
  PERFORM insert_session(v_user, p_session);
  IF v_rehash IS NOT NULL THEN
    UPDATE users SET password_hash = v_rehash WHERE id = v_user;
  END IF;
  RETURN json_build_object('id', v_user, 'username', found_user.username, 'email', found_user.email,
    'is_active', found_user.is_active, 'is_superuser', found_user.is_superuser, 'created_at', instant_text(found_user.created_at));
END;
$$;
