-- Returns the live account with a username or an email. A username matches in any case and in full width. Older
-- accounts may have usernames that differ only in this: an exact match wins, then the older account.
--
-- Parameters
--   p_identifier  a username, or an email, which has an @
--   p_names       the forms of the username that match, the given form first
CREATE OR REPLACE FUNCTION account_named(p_identifier text, p_names jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF strpos(p_identifier, '@') > 0 THEN
    RETURN (SELECT id FROM users WHERE lower(email) = lower(p_identifier) AND NOT is_deleted);
  END IF;
  RETURN (
    SELECT id FROM users
     WHERE fold_case(username) IN (fold_case(p_names->>0), fold_case(p_names->>-1)) AND NOT is_deleted
     ORDER BY username = p_identifier DESC, fold_case(username) = fold_case(p_names->>0) DESC, created_at, id LIMIT 1);
END;
$$;
