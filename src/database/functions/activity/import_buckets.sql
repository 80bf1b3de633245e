-- Adds buckets and their events, except those that exist already, so that a repeated import changes nothing. Buckets
-- are added in order of their ids, so that two imports never deadlock. A bucket keeps its time of creation, unless
-- that is in the future.
--
-- Parameters
--   p_user     the owner
--   p_buckets  [{"id": …, "type": …, "client": …, "hostname": …, "data": {…}, "created": …, "events": […]}], with
--              events as in store_events(), but without ids
--
-- Raises
--   PT004  the user has as many buckets or events as an account may have
--   PT005  never in practice: lock_bucket() finds the bucket that was just added
CREATE OR REPLACE FUNCTION import_buckets(p_user uuid, p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  bucket jsonb;
  v_key bigint;
  v_longest float8;
BEGIN
  FOR bucket IN SELECT b FROM jsonb_array_elements(p_buckets) AS b ORDER BY b->>'id' LOOP
    INSERT INTO activity_buckets (user_id, id, type, client, hostname, data, created_at)
    VALUES (p_user, bucket->>'id', bucket->>'type', bucket->>'client', bucket->>'hostname', bucket->'data',
            least((bucket->>'created')::timestamptz, now()))
    ON CONFLICT (user_id, id) DO NOTHING;
    v_key := lock_bucket(p_user, bucket->>'id');
    SELECT max((e->>'duration')::float8) INTO v_longest FROM jsonb_array_elements(bucket->'events') AS e;
    PERFORM keep_reach(v_key, make_interval(secs => v_longest));
    INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
    SELECT v_key, starts, ends, data
      FROM (SELECT e.timestamp AS starts, e.timestamp + make_interval(secs => e.duration) AS ends, e.data, min(e.place) AS place
              FROM ROWS FROM (
                     jsonb_to_recordset(bucket->'events') AS ("timestamp" timestamptz, duration float8, data jsonb))
                   WITH ORDINALITY AS e ("timestamp", duration, data, place)
             GROUP BY 1, 2, 3) AS given
     WHERE NOT EXISTS (
       SELECT FROM activity_events known
        WHERE known.bucket_key = v_key AND known.started_at = starts AND known.ended_at = ends AND known.data = given.data)
     ORDER BY starts, place;
  END LOOP;
END;
$$;
