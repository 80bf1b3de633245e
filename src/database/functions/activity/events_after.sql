-- Returns a page of the events of a user's buckets, or of one bucket, in order of bucket, start and id. It reads
-- bucket by bucket, and so no more than the page.
--
-- Parameters
--   p_user     the owner
--   p_bucket   the bucket; null for all
--   p_key      the key of the bucket of the last event before the page
--   p_started  the start of that event
--   p_id       the id of that event
--   p_limit    the size of the page
CREATE OR REPLACE FUNCTION events_after(p_user uuid, p_bucket text, p_key bigint, p_started timestamptz, p_id bigint, p_limit int)
RETURNS SETOF activity_events
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_key bigint;
  v_left int := p_limit;
  v_found int;
  v_started timestamptz := p_started;
  v_id bigint := p_id;
BEGIN
  FOR v_key IN
    SELECT key FROM activity_buckets
     WHERE user_id = p_user AND (p_bucket IS NULL OR id = p_bucket) AND key >= p_key ORDER BY key
  LOOP
    IF v_key > p_key THEN
      v_started := '-infinity';
      v_id := 0;
    END IF;
    RETURN QUERY SELECT * FROM activity_events e
      WHERE e.bucket_key = v_key AND (e.started_at, e.id) > (v_started, v_id)
      ORDER BY e.started_at, e.id LIMIT v_left;
    GET DIAGNOSTICS v_found = ROW_COUNT;
    v_left := v_left - v_found;
    EXIT WHEN v_left = 0;
  END LOOP;
END;
$$;
