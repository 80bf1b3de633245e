-- Begins to erase an account whose erasure was ordered, or whose retention has ended after its deletion: it loses its
-- names and can't be restored any more, and its memberships of organizations and the invitations to its addresses end.
-- Its row stays, for records that refer to it. A repeat changes nothing.
--
-- Parameters
--   p_user  the account
--   p_days  the number of days that deleted accounts are kept
CREATE OR REPLACE FUNCTION begin_erasure(p_user uuid, p_days int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  account users;
  v_names text[];
BEGIN
  SELECT * INTO account FROM users WHERE id = p_user AND is_deleted FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN;
  END IF;
  INSERT INTO erasures (user_id) SELECT p_user WHERE account.deleted_at < now() - make_interval(days => p_days)
  ON CONFLICT DO NOTHING;
  -- Except names that another account has today.
  SELECT array_agg(DISTINCT name) INTO v_names
    FROM (
      SELECT lower(unnest(ARRAY[account.email, account.username])) AS name
      UNION ALL
      SELECT lower(value)
        FROM audit_events, LATERAL (VALUES (details->'before'), (details->'after')) AS part (fields),
             jsonb_each_text(CASE jsonb_typeof(fields) WHEN 'object' THEN fields ELSE '{}' END)
       WHERE target_id = p_user AND target_type = 'user' AND key ~ '(email|username)$' AND value <> ''
    ) AS known
   WHERE NOT EXISTS (SELECT FROM users u WHERE NOT u.is_deleted AND (lower(u.email) = name OR lower(u.username) = name));
  UPDATE erasures SET begun_at = now(), names = coalesce(v_names, '{}') WHERE user_id = p_user;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- The keys of these counts contain the hash of the id or name that they are about.
  DELETE FROM throttles WHERE split_part(key, ':', 2) IN (
    SELECT encode(sha256(convert_to(of, 'UTF8')), 'hex') FROM unnest(v_names || p_user::text) AS of);
  UPDATE memberships SET left_at = now(), updated_at = now(), version = version + 1 WHERE user_id = p_user AND left_at IS NULL;
  DELETE FROM invitations WHERE email = ANY (v_names);
  UPDATE users
     SET email = 'erased-' || id || '@invalid', username = 'erased-' || id, password_hash = '$none$', first_name = NULL,
         last_name = NULL, email_verified_at = NULL, is_active = false, is_superuser = false
   WHERE id = p_user;
END;
$$;
