-- Counts an attempt in each of the buckets, and raises if the quota of any is used up.
--
-- Parameters
--   p_buckets  see buckets_in()
--
-- Raises
--   PT007  the quota is used up; the message is a Block, as JSON
CREATE OR REPLACE FUNCTION demand_attempt(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_counted jsonb := count_attempt(p_buckets);
BEGIN
  IF NOT (v_counted->>'is_counted')::boolean THEN
    RAISE EXCEPTION '%', v_counted->'block' USING ERRCODE = 'PT007';
  END IF;
END;
$$;
