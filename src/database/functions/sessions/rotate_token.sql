-- Decides about a refresh token and carries the verdict out. The row lock makes concurrent refreshes run one after
-- another, each on the result of the previous one. Returns the verdict with `user_id`, `token_delivery` and `counter`,
-- the number of the current token; null if the session does not exist.
--
-- Verdicts
--   advance     the token was current, and the counter was increased
--   reissue     its successor was issued moments ago: a concurrent tab, or a lost response
--   recover     its successor was issued long ago and never used; allowed once a day
--   superseded  the token is older, but by moments: a slow tab; it is refused, and the session continues
--   theft       the token is older; the session has been ended
--   ended, expired, inactive
--               the session or its account cannot continue
--
-- Parameters
--   p_presented  an object with `session`, `hash` and `counter` of the token; `grace` and `idle`, in seconds; and the
--                buckets that count refused tokens (`refused`) and refreshes (`refreshes`)
--
-- Raises
--   PT007  the rate limit is exceeded; the message is a Block, as JSON
CREATE OR REPLACE FUNCTION rotate_token(p_presented jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_counter int := p_presented->>'counter';
  v_grace interval := make_interval(secs => (p_presented->>'grace')::int);
  v_idle interval := make_interval(secs => (p_presented->>'idle')::int);
  v_rotation jsonb;
BEGIN
  PERFORM demand_open(p_presented->'refused');
  PERFORM demand_attempt(p_presented->'refreshes');
  WITH presented AS (
    SELECT s.id, s.user_id, s.token_delivery, s.counter,
           CASE
             WHEN u.is_deleted THEN 'ended'
             WHEN NOT u.is_active THEN 'inactive'
             WHEN s.revoked_at IS NOT NULL THEN 'ended'
             WHEN least(s.idle_at, s.ends_at) <= now() THEN 'expired'
             WHEN s.counter = v_counter THEN 'advance'
             WHEN s.counter < v_counter THEN 'ended'
             WHEN s.rotated_at > now() - v_grace
               THEN CASE WHEN s.counter = v_counter + 1 THEN 'reissue' ELSE 'superseded' END
             WHEN s.counter = v_counter + 1 AND (s.recovered_at IS NULL OR s.recovered_at < now() - interval '1 day')
               THEN 'recover'
             ELSE 'theft'
           END AS verdict
      FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = (p_presented->>'session')::uuid AND s.secret_hash = p_presented->>'hash'
       FOR UPDATE OF s
  ), carried_out AS (
    UPDATE sessions s
       SET counter = CASE verdict WHEN 'advance' THEN s.counter + 1 ELSE s.counter END,
           rotated_at = CASE verdict WHEN 'theft' THEN s.rotated_at ELSE now() END,
           recovered_at = CASE verdict WHEN 'recover' THEN now() ELSE s.recovered_at END,
           idle_at = CASE verdict WHEN 'theft' THEN s.idle_at ELSE least(now() + v_idle, s.ends_at) END,
           revoked_at = CASE verdict WHEN 'theft' THEN now() END,
           revoked_for = CASE verdict WHEN 'theft' THEN 'token_reuse' END
      FROM presented WHERE s.id = presented.id AND verdict IN ('advance', 'recover', 'theft')
    RETURNING s.counter
  )
  SELECT jsonb_build_object('verdict', verdict, 'user_id', user_id, 'token_delivery', token_delivery,
                            'counter', coalesce((SELECT counter FROM carried_out), counter))
    INTO v_rotation
    FROM presented;
  RETURN v_rotation;
END;
$$;
