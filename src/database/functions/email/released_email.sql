-- Returns the placeholder email of an account whose own email was given to another account. No mail is ever delivered
-- to this top-level domain (RFC 2606, section 2).
--
-- Parameters
--   p_user  the account
CREATE OR REPLACE FUNCTION released_email(p_user uuid) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN p_user || '@released.invalid';
END;
$$;
