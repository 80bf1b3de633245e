-- Stores a heartbeat by the rule of ActivityWatch: if its data equals that of the event before it, and it comes during
-- that event or at most p_pulse seconds after it, the event is extended to the heartbeat's end, and never gets
-- shorter; otherwise the heartbeat becomes an event. The event before it is the newest one that doesn't start after
-- it, no matter when that event was stored, so that heartbeats out of order are merged where they belong. Heartbeats
-- of one bucket take turns.
--
-- Parameters
--   p_user     the owner
--   p_bucket   the bucket
--   p_at       the start of the heartbeat
--   p_seconds  its length
--   p_data     its data
--   p_pulse    the maximum number of seconds between an event and a heartbeat that extends it
--
-- Raises
--   PT005  the bucket does not exist
CREATE OR REPLACE FUNCTION merge_heartbeat(p_user uuid, p_bucket text, p_at timestamptz, p_seconds float8, p_data jsonb, p_pulse float8)
RETURNS SETOF activity_events
LANGUAGE plpgsql AS $$
DECLARE
  v_key bigint := lock_bucket(p_user, p_bucket);
  v_end timestamptz := p_at + make_interval(secs => p_seconds);
  event activity_events;
BEGIN
  SELECT * INTO event FROM activity_events
   WHERE bucket_key = v_key AND started_at <= p_at ORDER BY started_at DESC, id DESC LIMIT 1;
  IF NOT FOUND OR event.data <> p_data OR p_at > event.ended_at + make_interval(secs => p_pulse) THEN
    INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
    VALUES (v_key, p_at, v_end, p_data) RETURNING * INTO event;
  ELSIF v_end > event.ended_at THEN
    UPDATE activity_events SET ended_at = v_end WHERE id = event.id RETURNING * INTO event;
  END IF;
  IF event.ended_at - event.started_at > interval '24 hours' THEN
    PERFORM keep_reach(v_key, event.ended_at - event.started_at);
  END IF;
  RETURN NEXT event;
END;
$$;
