-- Returns the second factors of a user, as their verification needs them: the sealed secret of the authenticator, the
-- hashes of the unused recovery codes, and the passkeys.
--
-- Parameters
--   p_user  the user
CREATE OR REPLACE FUNCTION factors_of(p_user uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN jsonb_build_object(
    'sealedSecret', (SELECT sealed_secret FROM totp_factors WHERE user_id = p_user AND confirmed_at IS NOT NULL),
    'recoveryCodes', array(SELECT code_hash FROM recovery_codes WHERE user_id = p_user AND used_at IS NULL),
    'passkeys', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'userId', user_id, 'credentialId', credential_id,
               'publicKey', public_key, 'signCount', sign_count, 'transports', transports) ORDER BY created_at), '[]')
        FROM passkeys WHERE user_id = p_user));
END;
$$;
