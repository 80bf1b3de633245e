-- Counts an attempt in each of the buckets, or in none while any of them is blocked. Locks the rows in the order of
-- their keys, which prevents deadlocks, so that concurrent attempts are counted up to exactly the quota. Returns
-- {"is_counted": …, "block": …}; the block is null if the attempt was counted.
-- Reads without sequential scans: a plan that was made while the table was small is kept while it grows.
--
-- Parameters
--   p_buckets  see buckets_in()
--   p_audited  null, or an object with the names of the audit events for a counted failure (`failure`) and for one that
--              starts a block (`block`), and with the user who is their target (`userId`)
CREATE OR REPLACE FUNCTION count_attempt(p_buckets jsonb, p_audited jsonb DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  v_block jsonb;
  v_is_blocked boolean;
  v_blocking text[] := '{}';
  bucket record;
BEGIN
  -- The count of a single bucket locks its row.
  IF jsonb_array_length(p_buckets) > 1 THEN
    PERFORM FROM (SELECT key FROM buckets_in(p_buckets) ORDER BY key) AS b,
            LATERAL (SELECT FROM throttles t WHERE t.key = b.key FOR UPDATE) AS locked;
    v_block := standing_block(p_buckets);
  END IF;
  IF v_block IS NULL THEN
    FOR bucket IN SELECT * FROM buckets_in(p_buckets) ORDER BY key LOOP
      INSERT INTO throttles AS t (key, attempts, window_ends_at, blocked_until)
      SELECT bucket.key, state.attempts, state.window_ends_at, state.blocked_until
        FROM next_count(0, now(), bucket.quota, bucket."window", bucket.first_delay, bucket.longest_delay) AS state
      ON CONFLICT (key) DO UPDATE SET (attempts, window_ends_at, blocked_until) = (
        SELECT state.attempts, state.window_ends_at, state.blocked_until
          FROM next_count(t.attempts, t.window_ends_at, bucket.quota, bucket."window", bucket.first_delay, bucket.longest_delay) AS state)
      WHERE t.blocked_until IS NULL OR least(t.blocked_until, t.window_ends_at) <= now()
      RETURNING t.blocked_until > now() INTO v_is_blocked;
      IF NOT FOUND THEN
        v_block := standing_block(p_buckets);
        EXIT;
      ELSIF v_is_blocked THEN
        v_blocking := v_blocking || bucket.policy;
      END IF;
    END LOOP;
  END IF;
  IF p_audited IS NOT NULL AND v_block IS NULL THEN
    PERFORM audit(p_audited->>'failure', 'user', (p_audited->>'userId')::uuid, '{}');
  END IF;
  IF p_audited IS NOT NULL AND v_blocking <> '{}' THEN
    PERFORM audit(p_audited->>'block', 'user', (p_audited->>'userId')::uuid,
      jsonb_build_object('policies', to_jsonb(v_blocking)));
  END IF;
  RETURN jsonb_build_object('is_counted', v_block IS NULL, 'block', v_block);
END;
$$;
