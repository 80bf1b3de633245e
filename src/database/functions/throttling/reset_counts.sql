-- Resets the counts of the buckets. Locks the rows in the order of their keys, as count_attempt() does.
--
-- Parameters
--   p_buckets  see buckets_in()
CREATE OR REPLACE FUNCTION reset_counts(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  WITH found AS MATERIALIZED (
    SELECT t.key FROM throttles t JOIN buckets_in(p_buckets) b ON b.key = t.key ORDER BY t.key FOR UPDATE OF t)
  DELETE FROM throttles WHERE key IN (SELECT key FROM found);
END;
$$;
