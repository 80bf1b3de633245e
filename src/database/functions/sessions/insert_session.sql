-- Opens a session for a user.
--
-- Parameters
--   p_user     the user
--   p_session  an object with `id`, `secretHash`, `tokenDelivery`, `address`, `userAgent`, `deviceId`, `idleSeconds`
--              and `totalSeconds`
CREATE OR REPLACE FUNCTION insert_session(p_user uuid, p_session jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_total interval := make_interval(secs => (p_session->>'totalSeconds')::int);
  v_idle interval := make_interval(secs => (p_session->>'idleSeconds')::int);
BEGIN
  INSERT INTO sessions (id, user_id, secret_hash, token_delivery, address, user_agent, device_id, idle_at, ends_at)
  VALUES ((p_session->>'id')::uuid, p_user, p_session->>'secretHash', p_session->>'tokenDelivery', p_session->>'address',
          p_session->>'userAgent', (p_session->>'deviceId')::uuid, now() + least(v_idle, v_total), now() + v_total);
END;
$$;
