-- Returns whether an account has had a session from an address within 30 days.
-- Reads without sequential scans: a plan that was made while the table was small is kept while it grows.
--
-- Parameters
--   p_account  the account; null for an unknown account
--   p_address  the address
CREATE OR REPLACE FUNCTION knows_address(p_account uuid, p_address text) RETURNS boolean
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM sessions
     WHERE user_id = p_account AND address = p_address AND revoked_at IS NULL AND rotated_at > now() - interval '30 days');
END;
$$;
