-- Raises while any of the buckets is blocked.
--
-- Parameters
--   p_buckets  see buckets_in()
--
-- Raises
--   PT007  a bucket is blocked; the message is a Block, as JSON
CREATE OR REPLACE FUNCTION demand_open(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_block jsonb := standing_block(p_buckets);
BEGIN
  IF v_block IS NOT NULL THEN
    RAISE EXCEPTION '%', v_block USING ERRCODE = 'PT007';
  END IF;
END;
$$;
