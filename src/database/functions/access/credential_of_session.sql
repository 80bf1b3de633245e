-- Returns a session as a credential, with its user: one row, or no row if the session does not exist or its user is
-- deleted. A session has no scopes: all permissions of its user apply. guard() selects from it, so Postgres can inline
-- it.
--
-- Parameters
--   p_session  the session
--   p_user     its user
CREATE OR REPLACE FUNCTION credential_of_session(p_session uuid, p_user uuid)
RETURNS TABLE (id uuid, user_id uuid, is_active boolean, is_superuser boolean, is_live boolean, scopes text[],
               authenticated_at timestamptz, last_used_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT s.id, u.id, u.is_active, u.is_superuser, s.revoked_at IS NULL AND s.ends_at > now(), NULL::text[],
         s.authenticated_at, NULL::timestamptz
    FROM sessions s
    JOIN users u ON u.id = s.user_id
   WHERE s.id = p_session AND s.user_id = p_user AND NOT u.is_deleted;
$$;
