-- Returns the events of a user's buckets that touch the given periods, bounds included: period by period, newest
-- first, and events with the same start in the order in which they were stored. It stops at the event whose data, as
-- text, reaches p_bytes; more events may follow a row with has_more.
--
-- Parameters
--   p_user     the owner
--   p_periods  [{"place": …, "bucketId": …, "from": …, "to": …}], where a null bound has no limit
--   p_place    the place of the period to continue in
--   p_started  the start of the last event before the page
--   p_id       the id of that event
--   p_rows     the maximum number of rows to return
--   p_bytes    the bytes of data after which the page ends
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
         AND e.started_at <= least(v_after, v_period.upper)
         AND (e.started_at < v_after OR e.id > v_id)
         AND e.started_at >= coalesce(v_period.lower - make_interval(hours => v_period.reach_hours), '-infinity')
         AND e.ended_at >= coalesce(v_period.lower, '-infinity')
       ORDER BY e.started_at DESC, e.id
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
