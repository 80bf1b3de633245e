-- Returns the credentials that open an account now, as JSON for its owner to review: everything that end_access()
-- could end.
--
-- Parameters
--   p_user  the account
CREATE OR REPLACE FUNCTION access_of(p_user uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
      'sessions', (SELECT count(*) FROM sessions
                    WHERE user_id = p_user AND revoked_at IS NULL AND least(idle_at, ends_at) > now()),
      'tokens', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                   FROM personal_tokens
                  WHERE user_id = p_user AND revoked_at IS NULL AND expires_at > now() AND key_hint IS NULL),
      'keys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                 FROM personal_tokens
                WHERE user_id = p_user AND revoked_at IS NULL AND expires_at > now() AND key_hint IS NOT NULL),
      'feeds', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                  FROM calendar_feeds WHERE owner_id = p_user AND revoked_at IS NULL),
      'passkeys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                     FROM passkeys WHERE user_id = p_user),
      'authenticator', EXISTS (SELECT FROM totp_factors WHERE user_id = p_user AND confirmed_at IS NOT NULL),
      'recovery_codes', (SELECT count(*) FROM recovery_codes WHERE user_id = p_user AND used_at IS NULL)));
END;
$$;
