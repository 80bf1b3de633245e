-- Returns the key of a bucket and locks it: until the transaction ends, no other transaction changes its events.
--
-- Parameters
--   p_user  the owner
--   p_id    the bucket
--
-- Raises
--   PT005  the bucket does not exist
CREATE OR REPLACE FUNCTION lock_bucket(p_user uuid, p_id text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_key bigint;
BEGIN
  SELECT key INTO v_key FROM activity_buckets WHERE user_id = p_user AND id = p_id FOR NO KEY UPDATE;
  PERFORM demand(FOUND, 'PT005', 'Bucket not found.');
  RETURN v_key;
END;
$$;
