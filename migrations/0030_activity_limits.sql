-- A user's buckets and settings are counted where they are added, whichever way they come: imports too. Inserts of one user take
-- turns, before they lock a row, so that two can't wait for each other. What is there already may be inserted again.
CREATE FUNCTION limit_activity_buckets() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('activity_buckets ' || NEW.user_id, 0));
  PERFORM demand(
    EXISTS (SELECT FROM activity_buckets WHERE user_id = NEW.user_id AND id = NEW.id)
      OR (SELECT count(*) < 1000 FROM activity_buckets WHERE user_id = NEW.user_id),
    'PT004', 'You have 1000 buckets. Remove one that you don''t need.');
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER limit_activity_buckets BEFORE INSERT ON activity_buckets
  FOR EACH ROW EXECUTE FUNCTION limit_activity_buckets();
--> statement-breakpoint
CREATE FUNCTION limit_activity_settings() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('activity_settings ' || NEW.user_id, 0));
  PERFORM demand(
    EXISTS (SELECT FROM activity_settings WHERE user_id = NEW.user_id AND key = NEW.key)
      OR (SELECT count(*) < 100 FROM activity_settings WHERE user_id = NEW.user_id),
    'PT004', 'There are 100 settings already.');
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER limit_activity_settings BEFORE INSERT ON activity_settings
  FOR EACH ROW EXECUTE FUNCTION limit_activity_settings();
--> statement-breakpoint
-- The events of p_user's buckets that touch some periods, ends included: period after period, the newest first, those after the
-- given place. p_periods is [{"place": …, "bucketId": …, "from": …, "to": …}], where null has no end. Returns at most p_rows, and
-- stops at the event whose data, as text, reaches p_bytes; there may be more after one with has_more.
CREATE FUNCTION events_of_periods(
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
