-- Returns for how many seconds a user is still refused for having spent a budget: in one row, or none. guard() selects
-- from it, so Postgres plans its text as a part of guard().
--
-- Parameters
--   p_user    the user
--   p_policy  the policy of the budget
CREATE OR REPLACE FUNCTION blocked_seconds(p_user uuid, p_policy text) RETURNS TABLE (seconds int)
LANGUAGE sql STABLE AS $$
  SELECT ceil(extract(epoch FROM t.blocked_until - now()))::int
    FROM throttles t
   WHERE t.key = p_policy || ':' || encode(sha256(convert_to(p_user::text, 'UTF8')), 'hex') AND t.blocked_until > now();
$$;
