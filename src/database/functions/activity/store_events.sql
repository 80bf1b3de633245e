-- Adds events to a bucket; an event with an id replaces the event of that id. Returns the events in order.
--
-- Parameters
--   p_user    the owner
--   p_bucket  the bucket
--   p_events  [{"id": …, "timestamp": …, "duration": seconds, "data": {…}}]
--
-- Raises
--   PT005  the bucket or event does not exist
CREATE OR REPLACE FUNCTION store_events(p_user uuid, p_bucket text, p_events jsonb) RETURNS SETOF activity_events
LANGUAGE plpgsql AS $$
DECLARE
  v_key bigint := lock_bucket(p_user, p_bucket);
  v_longest float8;
  event record;
BEGIN
  SELECT max((e->>'duration')::float8) INTO v_longest FROM jsonb_array_elements(p_events) AS e;
  PERFORM keep_reach(v_key, make_interval(secs => v_longest));
  FOR event IN
    SELECT e.id, e.timestamp AS starts, e.timestamp + make_interval(secs => e.duration) AS ends, e.data
      FROM ROWS FROM (jsonb_to_recordset(p_events) AS (id bigint, "timestamp" timestamptz, duration float8, data jsonb))
           WITH ORDINALITY AS e (id, "timestamp", duration, data, place)
     ORDER BY place
  LOOP
    IF event.id IS NULL THEN
      RETURN QUERY INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
        VALUES (v_key, event.starts, event.ends, event.data) RETURNING *;
    ELSE
      RETURN QUERY UPDATE activity_events SET started_at = event.starts, ended_at = event.ends, data = event.data
        WHERE id = event.id AND bucket_key = v_key RETURNING *;
      PERFORM demand(FOUND, 'PT005', 'Event not found.');
    END IF;
  END LOOP;
END;
$$;
