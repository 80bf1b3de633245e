-- Resets the counts of the buckets. Locks the rows in the order of their keys, as count_attempt() does.
-- Reads without sequential scans: a plan that was made while the table was small is kept while it grows.
--
-- Parameters
--   p_buckets  see buckets_in()
CREATE OR REPLACE FUNCTION reset_counts(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  v_key text;
BEGIN
  FOR v_key IN SELECT key FROM buckets_in(p_buckets) ORDER BY key LOOP
    DELETE FROM throttles WHERE key = v_key;
  END LOOP;
END;
$$;
