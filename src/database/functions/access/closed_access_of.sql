-- Returns the names of the tokens, keys and feeds that ended when an account was closed: those that its owner must
-- create again. Call it before the account is reopened, because end_access_of_closed() then removes them.
--
-- Parameters
--   p_user  the account
CREATE OR REPLACE FUNCTION closed_access_of(p_user uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
      'tokens', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
                  WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NULL),
      'keys', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
                WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NOT NULL),
      'feeds', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM calendar_feeds
                 WHERE owner_id = p_user AND revoked_for = 'account_closed')));
END;
$$;
