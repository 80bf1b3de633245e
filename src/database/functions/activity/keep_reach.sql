-- Raises the reach of a bucket to the length of its longest event: no event of a bucket lasts longer than its reach.
--
-- Parameters
--   p_bucket   the key of the bucket
--   p_longest  the length of an event
CREATE OR REPLACE FUNCTION keep_reach(p_bucket bigint, p_longest interval) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE activity_buckets SET reach_hours = 24 * ceil(extract(epoch FROM p_longest) / 86400)
   WHERE key = p_bucket AND make_interval(hours => reach_hours) < p_longest;
END;
$$;
