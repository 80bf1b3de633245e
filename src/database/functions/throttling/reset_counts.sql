-- Resets the counts of the buckets. Locks the rows in the order of their keys, as count_attempt() does.
--
-- Parameters
--   p_buckets  see buckets_in()
CREATE OR REPLACE FUNCTION reset_counts(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_key text;
BEGIN
  FOR v_key IN SELECT key FROM buckets_in(p_buckets) ORDER BY key LOOP
    DELETE FROM throttles WHERE key = v_key;
  END LOOP;
END;
$$;
