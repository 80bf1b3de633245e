-- The events of p_user's buckets that touch some periods, ends included: period after period, the newest first, those after the
-- given place. p_periods is [{"place": …, "bucketId": …, "from": …, "to": …}], where null has no end. Returns at most p_rows, and
-- stops at the event whose data, as text, reaches p_bytes; there may be more after one with has_more.
CREATE OR REPLACE FUNCTION events_of_periods(
  p_user uuid, p_periods jsonb, p_place int, p_started timestamptz, p_id bigint, p_rows int, p_bytes int)
RETURNS TABLE (
  place int, id bigint, started_at timestamptz, starts timestamptz, ends timestamptz, data text, has_more boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_period record;
  v_event record;
  v_after timestamptz;
  v_id bigint;
  v_rows int := 0;
  v_bytes bigint := 0;
BEGIN
  FOR v_period IN
    SELECT (p->>'place')::int AS place, b.key, (p->>'from')::timestamptz AS lower, (p->>'to')::timestamptz AS upper,
           b.reach_hours
      FROM jsonb_array_elements(p_periods) AS p
      JOIN activity_buckets b ON b.user_id = p_user AND b.id = p->>'bucketId'
     WHERE (p->>'place')::int >= p_place
     ORDER BY 1
  LOOP
    v_after := CASE WHEN v_period.place = p_place THEN p_started ELSE 'infinity' END;
    v_id := CASE WHEN v_period.place = p_place THEN p_id ELSE 0 END;
    FOR v_event IN
      SELECT e.id, e.started_at, e.ended_at, e.data::text AS data
        FROM activity_events e
       WHERE e.bucket_key = v_period.key
         AND (e.started_at, e.id) < (v_after, v_id)
         AND e.started_at <= coalesce(v_period.upper, 'infinity')
         AND e.started_at >= coalesce(v_period.lower - make_interval(hours => v_period.reach_hours), '-infinity')
         AND e.ended_at >= coalesce(v_period.lower, '-infinity')
       ORDER BY e.started_at DESC, e.id DESC
       LIMIT p_rows - v_rows
    LOOP
      v_rows := v_rows + 1;
      v_bytes := v_bytes + octet_length(v_event.data);
      place := v_period.place;
      id := v_event.id;
      started_at := v_event.started_at;
      starts := greatest(v_event.started_at, v_period.lower);
      ends := least(v_event.ended_at, v_period.upper);
      data := v_event.data;
      has_more := v_rows = p_rows OR v_bytes >= p_bytes;
      RETURN NEXT;
      IF has_more THEN
        RETURN;
      END IF;
    END LOOP;
  END LOOP;
END;
$$;
--> statement-breakpoint
-- Adds buckets and their events, but nothing that is there already: the same twice changes nothing. p_buckets is
-- [{"id": …, "type": …, "client": …, "hostname": …, "data": {…}, "events": […]}], events as store_events has them, but
-- without ids. In order of their ids, so that two imports wait for each other at most.
CREATE OR REPLACE FUNCTION import_buckets(p_user uuid, p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  bucket jsonb;
  v_key bigint;
  v_longest float8;
BEGIN
  FOR bucket IN SELECT b FROM jsonb_array_elements(p_buckets) AS b ORDER BY b->>'id' LOOP
    INSERT INTO activity_buckets (user_id, id, type, client, hostname, data)
    VALUES (p_user, bucket->>'id', bucket->>'type', bucket->>'client', bucket->>'hostname', bucket->'data')
    ON CONFLICT (user_id, id) DO NOTHING;
    v_key := lock_bucket(p_user, bucket->>'id');
    SELECT max((e->>'duration')::float8) INTO v_longest FROM jsonb_array_elements(bucket->'events') AS e;
    PERFORM keep_reach(v_key, make_interval(secs => v_longest));
    INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
    SELECT v_key, starts, ends, data
      FROM (SELECT DISTINCT e.timestamp AS starts, e.timestamp + make_interval(secs => e.duration) AS ends, e.data
              FROM jsonb_to_recordset(bucket->'events') AS e ("timestamp" timestamptz, duration float8, data jsonb)) AS given
     WHERE NOT EXISTS (
       SELECT FROM activity_events known
        WHERE known.bucket_key = v_key AND known.started_at = starts AND known.ended_at = ends AND known.data = given.data)
     ORDER BY starts;
  END LOOP;
END;
$$;
