-- Returns for how many more seconds a user is blocked for exceeding a rate limit: one row, or no row for a user who is
-- not blocked. guard() selects from it, so Postgres can inline it.
--
-- Parameters
--   p_user    the user
--   p_policy  the policy of the rate limit
CREATE OR REPLACE FUNCTION blocked_seconds(p_user uuid, p_policy text) RETURNS TABLE (seconds int)
LANGUAGE sql STABLE AS $$
  SELECT ceil(extract(epoch FROM t.blocked_until - now()))::int
    FROM throttles t
   WHERE t.key = p_policy || ':' || encode(sha256(convert_to(p_user::text, 'UTF8')), 'hex') AND t.blocked_until > now();
$$;
