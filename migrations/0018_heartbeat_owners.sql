ALTER TABLE "heartbeat_slots" DROP CONSTRAINT "heartbeat_slots_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "heartbeats" DROP CONSTRAINT "heartbeats_user_id_users_id_fk";
--> statement-breakpoint
-- Heartbeats and slots are their user's by the user's state, which goes with the user: one look at it for a whole batch does what a
-- foreign key would do for each.
CREATE FUNCTION remove_with_state() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM heartbeats WHERE user_id = OLD.user_id;
  DELETE FROM heartbeat_slots WHERE user_id = OLD.user_id;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER remove_with_state AFTER DELETE ON heartbeat_states
FOR EACH ROW EXECUTE FUNCTION remove_with_state();
--> statement-breakpoint
-- As before, and keeps the user's state from going meanwhile.
CREATE OR REPLACE FUNCTION store_heartbeats(p_user uuid, p_items jsonb) RETURNS TABLE (place int, hash uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_earliest timestamptz := (SELECT to_timestamp(min(i.time)) FROM jsonb_to_recordset(p_items) AS i ("time" float8));
  state heartbeat_states;
BEGIN
  INSERT INTO heartbeat_states (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
  -- So that it can't go before the heartbeats are there.
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
  ), dirtied AS (
    UPDATE heartbeat_states s SET dirty = s.dirty + touched.ranges
      FROM (SELECT range_agg(tstzrange(slot_of(at - idle), slot_of(at + idle) + interval '15 minutes')) AS ranges
              FROM stored, make_interval(secs => state.idle_seconds) AS idle
             WHERE at < state.built_until + idle) AS touched
     WHERE s.user_id = p_user AND touched.ranges IS NOT NULL
  )
  SELECT place, hash FROM items;
END;
$$;
--> statement-breakpoint
-- As before, and is not in the way of heartbeats that come as it happens.
CREATE OR REPLACE FUNCTION build_slots(p_user uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  state heartbeat_states;
  v_idle int;
  v_until timestamptz := slot_of(now() - interval '3 hours');
  stale tstzmultirange;
  span tstzrange;
BEGIN
  SELECT * INTO state FROM heartbeat_states WHERE user_id = p_user FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  v_idle := coalesce((SELECT idle_timeout_seconds FROM time_settings WHERE user_id = p_user), 900);
  v_until := greatest(v_until, state.built_until);
  stale := tstzmultirange(tstzrange('-infinity', v_until));
  IF state.idle_seconds = v_idle THEN
    stale := stale * (state.dirty + tstzmultirange(tstzrange(state.built_until, v_until)));
  END IF;
  stale := stale * tstzmultirange(tstzrange(coalesce(state.kept_since, '-infinity'), 'infinity'));
  FOR span IN SELECT unnest(stale) LOOP
    DELETE FROM heartbeat_slots WHERE user_id = p_user AND slot >= lower(span) AND slot < upper(span);
    INSERT INTO heartbeat_slots (user_id, slot, project, language, category, editor, operating_system, machine, length)
    SELECT p_user, slot, project, language, category, editor, operating_system, machine,
           sum(least(ends, slot + interval '15 minutes') - greatest(starts, slot))
      FROM heartbeat_stretches(p_user, lower(span), upper(span), make_interval(secs => v_idle)),
           generate_series(slot_of(starts), slot_of(ends - interval '1 microsecond'), interval '15 minutes') AS slot
     GROUP BY slot, project, language, category, editor, operating_system, machine
     ORDER BY slot;
  END LOOP;
  UPDATE heartbeat_states SET built_until = v_until, idle_seconds = v_idle, dirty = '{}' WHERE user_id = p_user;
  RETURN true;
END;
$$;
