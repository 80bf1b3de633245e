-- Requests a change of a user's email, which replaces a pending one, and records its requester: that user must still
-- be allowed to make the change when it takes effect. Returns one row with the old email, whether its holder can stop
-- the change, and whether the change waits 72 hours; no row if the user does not exist or has the email already.
--
-- Parameters
--   p_user          the user
--   p_email         the new email; null requests no change
--   p_confirm_hash  the hash of the token that confirms the new email
--   p_stop_hash     the hash of the token that stops or reverts the change
--   p_is_own        whether the user requests it, rather than an administrator
--
-- Raises
--   23505  users_email_key: the email is taken
CREATE OR REPLACE FUNCTION request_email_change(p_user uuid, p_email text, p_confirm_hash text, p_stop_hash text, p_is_own boolean)
RETURNS TABLE (from_email text, is_stoppable boolean, is_waiting boolean)
LANGUAGE plpgsql AS $$
DECLARE
  account record;
BEGIN
  SELECT u.email,
         NOT p_is_own AND (u.email_verified_at IS NOT NULL OR u.password_hash <> '$none$') AS waits,
         u.email_verified_at IS NOT NULL OR NOT p_is_own AND u.password_hash <> '$none$' AS stops,
         u.email_verified_at AS verified_at
    INTO account FROM users u WHERE u.id = p_user AND NOT u.is_deleted;
  IF p_email IS NULL OR NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE email_changes SET cancelled_at = now() WHERE user_id = p_user AND applied_at IS NULL AND cancelled_at IS NULL;
  IF lower(account.email) = lower(p_email) THEN
    RETURN;
  END IF;
  PERFORM demand_email_free(p_user, p_email);
  INSERT INTO email_changes (user_id, requested_by, from_email, from_verified_at, to_email, confirm_hash, stop_hash, due_at,
                             expires_at, stoppable_until)
  VALUES (p_user, CASE WHEN p_is_own THEN p_user ELSE actor() END, account.email, account.verified_at, p_email, p_confirm_hash,
    CASE WHEN account.stops THEN p_stop_hash END,
    CASE WHEN account.waits THEN now() + interval '72 hours' END,
    now() + interval '1 day', now() + interval '7 days');
  PERFORM audit('user.email_change_requested', 'user', p_user, jsonb_build_object(
    'before', jsonb_build_object('email', account.email), 'after', jsonb_build_object('email', p_email)));
  RETURN QUERY SELECT account.email, account.stops, account.waits;
END;
$$;
