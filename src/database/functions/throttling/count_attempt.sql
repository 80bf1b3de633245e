-- Counts an attempt in each of the buckets, or in none while any of them is blocked. Locks the rows in the order of
-- their keys, which prevents deadlocks, so that concurrent attempts are counted up to exactly the quota. Returns
-- {"is_counted": …, "block": …}; the block is null if the attempt was counted. If the count began after this statement
-- did, in a burst of first attempts, the block is one second.
--
-- Parameters
--   p_buckets  see buckets_in()
--   p_audited  null, or an object with the names of the audit events for a counted failure (`failure`) and for one that
--              starts a block (`block`), and with the user who is their target (`userId`)
CREATE OR REPLACE FUNCTION count_attempt(p_buckets jsonb, p_audited jsonb DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_result record;
BEGIN
  WITH bucket AS MATERIALIZED (
    SELECT * FROM buckets_in(p_buckets)
  ), standing AS MATERIALIZED (
    SELECT bucket.*, ceil(extract(epoch FROM t.blocked_until - now()))::int AS seconds,
           coalesce(t.blocked_until > now() AND t.window_ends_at > now(), false) AS is_blocked
      FROM throttles t JOIN bucket ON bucket.key = t.key
     ORDER BY t.key FOR UPDATE OF t
  ), counted AS (
    INSERT INTO throttles AS t (key, attempts, window_ends_at, blocked_until)
    SELECT key, state.attempts, state.window_ends_at, state.blocked_until
      FROM bucket, next_count(0, now(), quota, "window", first_delay, longest_delay) AS state
     WHERE NOT EXISTS (SELECT FROM standing WHERE is_blocked)
     ORDER BY key
    ON CONFLICT (key) DO UPDATE SET (attempts, window_ends_at, blocked_until) = (
      SELECT state.attempts, state.window_ends_at, state.blocked_until
        FROM bucket, next_count(t.attempts, t.window_ends_at, quota, "window", first_delay, longest_delay) AS state
       WHERE bucket.key = t.key)
    WHERE t.blocked_until IS NULL OR least(t.blocked_until, t.window_ends_at) <= now()
    RETURNING key, blocked_until > now() AS is_blocked
  )
  SELECT (SELECT count(*) FROM counted) = (SELECT count(*) FROM bucket) AS is_counted,
         coalesce(
           (SELECT jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', seconds)
              FROM standing WHERE is_blocked ORDER BY seconds DESC LIMIT 1),
           (SELECT jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', 1)
              FROM bucket LIMIT 1)) AS block,
         (SELECT jsonb_agg(policy ORDER BY policy) FROM counted JOIN bucket USING (key) WHERE is_blocked) AS policies
    INTO v_result;
  IF p_audited IS NOT NULL AND v_result.is_counted THEN
    PERFORM audit(p_audited->>'failure', 'user', (p_audited->>'userId')::uuid, '{}');
  END IF;
  IF p_audited IS NOT NULL AND v_result.policies IS NOT NULL THEN
    PERFORM audit(p_audited->>'block', 'user', (p_audited->>'userId')::uuid,
      jsonb_build_object('policies', v_result.policies));
  END IF;
  RETURN jsonb_build_object('is_counted', v_result.is_counted,
    'block', CASE WHEN NOT v_result.is_counted THEN v_result.block END);
END;
$$;
