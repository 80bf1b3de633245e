-- Returns the block on any of the buckets that ends last, as a Block in JSON; null if none of them is blocked.
-- Reads without sequential scans: a plan that was made while the table was small is kept while it grows.
--
-- Parameters
--   p_buckets  see buckets_in()
CREATE OR REPLACE FUNCTION standing_block(p_buckets jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object('policy', b.policy, 'quota', b.quota, 'window', b."window",
                              'seconds', ceil(extract(epoch FROM t.blocked_until - now()))::int)
      FROM buckets_in(p_buckets) b,
           -- The offset keeps PostgreSQL from reading the whole table: it expects many buckets.
           LATERAL (SELECT blocked_until, window_ends_at FROM throttles WHERE key = b.key OFFSET 0) AS t
     WHERE t.blocked_until > now() AND t.window_ends_at > now()
     ORDER BY t.blocked_until DESC LIMIT 1);
END;
$$;
