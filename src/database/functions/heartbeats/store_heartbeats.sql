-- Stores a batch of heartbeats, each once, and returns the hash of each that is new enough to keep. Schedules the
-- building of slots for the maintenance: slots are due once there are heartbeats that they don't include and that are
-- over four hours old. It writes the state only if it changes, which is rare.
--
-- Parameters
--   p_user   the user
--   p_items  the heartbeats, with `place`, their place in the request
--
-- Raises
--   PT004  the account has reached the limit
CREATE OR REPLACE FUNCTION store_heartbeats(p_user uuid, p_items jsonb) RETURNS TABLE (place int, hash uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_earliest timestamptz := (SELECT to_timestamp(min(i.time)) FROM jsonb_to_recordset(p_items) AS i ("time" float8));
  state heartbeat_states;
BEGIN
  INSERT INTO heartbeat_states (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
  -- Keeps the state from being removed, or from leaving the queue, before the heartbeats are stored.
  PERFORM FROM heartbeat_states WHERE user_id = p_user FOR KEY SHARE;
  IF v_earliest < now() - interval '1 hour' THEN
    SELECT * INTO state FROM heartbeat_states WHERE user_id = p_user FOR NO KEY UPDATE;
  END IF;
  RETURN QUERY
  WITH items AS MATERIALIZED (
    SELECT i.*, to_timestamp(i.time) AS at,
           md5(ROW(entity, type, category, coalesce(sent_project, project), coalesce(sent_branch, branch),
                   coalesce(sent_language, language), editor, operating_system, machine, agent, is_write, details)::text)::uuid AS hash
      FROM jsonb_to_recordset(p_items) AS i (
        place int, "time" float8, entity text, type text, category text, project text, branch text, language text,
        editor text, operating_system text, machine text, agent text, is_write boolean, lines int, line_number int, cursor_position int,
        details jsonb, sent_project text, sent_branch text, sent_language text)
     WHERE to_timestamp(i.time) >= coalesce(state.kept_since + interval '1 hour', '-infinity')
  ), agents AS (
    INSERT INTO heartbeat_agents (user_id, id, value, editor, operating_system)
    SELECT DISTINCT ON (agent) p_user, md5(agent)::uuid, agent, editor, operating_system FROM items
     WHERE agent IS NOT NULL AND NOT EXISTS (
       SELECT FROM heartbeat_agents known
        WHERE known.user_id = p_user AND known.id = md5(agent)::uuid AND known.last_seen_at > now() - interval '1 hour')
    ON CONFLICT (user_id, id) DO UPDATE SET last_seen_at = now()
  ), stored AS (
    INSERT INTO heartbeats (user_id, at, hash, entity, type, category, project, branch, language, editor, operating_system, machine,
                            is_write, lines, line_number, cursor_position, details)
    SELECT p_user, at, hash, entity, type, category,
           CASE project WHEN '<<LAST_PROJECT>>' THEN (
             SELECT h.project FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.project IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE project END,
           CASE branch WHEN '<<LAST_BRANCH>>' THEN (
             SELECT h.branch FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.branch IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE branch END,
           CASE language WHEN '<<LAST_LANGUAGE>>' THEN (
             SELECT h.language FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.language IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE language END,
           editor, operating_system, machine, is_write, lines, line_number, cursor_position, details
      FROM items
     ORDER BY at, hash
    ON CONFLICT DO NOTHING
    RETURNING heartbeats.at
  ), touched AS (
    SELECT min(at) AS first, range_agg(tstzrange(slot_of(at - idle), slot_of(at + idle) + interval '15 minutes'))
             FILTER (WHERE at < state.built_until + idle) AS ranges
      FROM stored, make_interval(secs => state.idle_seconds) AS idle
  ), told AS (
    UPDATE heartbeat_states s
       SET dirty = s.dirty + coalesce(ranges, '{}'),
           due_at = least(s.due_at, first + interval '4 hours', CASE WHEN ranges IS NOT NULL THEN now() END),
           oldest_at = least(s.oldest_at, first)
      FROM touched
     WHERE s.user_id = p_user AND (ranges IS NOT NULL OR first < coalesce(s.oldest_at, 'infinity')
       OR first + interval '4 hours' < coalesce(s.due_at, 'infinity'))
  )
  SELECT place, hash FROM items;
END;
$$;
