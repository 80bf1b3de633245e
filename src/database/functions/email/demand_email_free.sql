-- Raises a violation of the unique index of emails if another account has the email and may keep it, or had it until a
-- change that the old address can still revert. Otherwise a thief could lock the owner out by giving that address to
-- another account. An email that was never verified is not kept for a deactivated account or after a change: its real
-- owner could not claim it by mail. The addresses that accounts get in place of such an email, or of a disowned email,
-- are reserved for these accounts: another account with that address would keep the email from its real owner.
--
-- Parameters
--   p_user   the account that wants the email
--   p_email  the email
--
-- Raises
--   23505  users_email_key: the email is taken
CREATE OR REPLACE FUNCTION demand_email_free(p_user uuid, p_email text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM users
     WHERE lower(email) = lower(p_email) AND NOT is_deleted AND id <> p_user AND (is_active OR email_verified_at IS NOT NULL)
  ) OR EXISTS (
    SELECT FROM email_changes c
      JOIN users u ON u.id = c.user_id AND NOT u.is_deleted
     WHERE lower(c.from_email) = lower(p_email) AND c.user_id <> p_user AND c.from_verified_at IS NOT NULL
       AND c.applied_at IS NOT NULL AND c.stop_hash IS NOT NULL AND c.stoppable_until > now()
  ) OR p_email ~* '@(released|disowned)\.invalid$' AND p_email !~* ('^' || p_user || '@') THEN
    RAISE EXCEPTION 'the email is taken' USING ERRCODE = 'unique_violation', CONSTRAINT = 'users_email_key', TABLE = 'users';
  END IF;
END;
$$;
