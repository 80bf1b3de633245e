-- Returns a personal token as a credential, in the form of credential_of_session().
--
-- Parameters
--   p_token  the token
--   p_user   its user
--   p_hash   the hash of its random part
CREATE OR REPLACE FUNCTION credential_of_token(p_token uuid, p_user uuid, p_hash text)
RETURNS TABLE (id uuid, user_id uuid, is_active boolean, is_superuser boolean, is_live boolean, scopes text[],
               authenticated_at timestamptz, last_used_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT t.id, u.id, u.is_active, u.is_superuser, t.revoked_at IS NULL AND t.expires_at > now(), t.scopes,
         NULL::timestamptz, t.last_used_at
    FROM personal_tokens t
    JOIN users u ON u.id = t.user_id
   WHERE t.id = p_token AND t.user_id = p_user AND t.secret_hash = p_hash AND t.key_hint IS NULL AND NOT u.is_deleted;
$$;
