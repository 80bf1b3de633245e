CREATE OR REPLACE FUNCTION prune_heartbeats(p_user uuid, p_since timestamptz, p_most int) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_count bigint;
BEGIN
  IF NOT build_slots(p_user, p_most) THEN
    RETURN NULL;
  END IF;
  UPDATE heartbeat_states SET kept_since = greatest(kept_since, p_since)
   WHERE user_id = p_user AND coalesce(lower(dirty), 'infinity') >= p_since;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM heartbeats
   WHERE user_id = p_user AND at < p_since - interval '1 day' AND at <= (
     SELECT max(at) FROM (
       SELECT at FROM heartbeats WHERE user_id = p_user AND at < p_since - interval '1 day' ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION build_slots(p_user uuid, p_most int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  -- Else many stretches of few heartbeats would be no work.
  c_overhead CONSTANT int := 100;
  state heartbeat_states;
  v_idle int;
  v_until timestamptz := slot_of(now() - interval '3 hours');
  v_left int := p_most;
  stale tstzmultirange;
  span tstzrange;
  beats record;
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
  WHILE NOT isempty(stale) AND v_left > 0 LOOP
    SELECT r INTO span FROM unnest(stale) AS r LIMIT 1;
    SELECT count(*) AS count, min(at) AS first, max(at) AS last INTO beats
      FROM (SELECT at FROM heartbeats WHERE user_id = p_user AND at >= lower(span) AND at < upper(span) ORDER BY at LIMIT v_left + 1) AS b;
    IF beats.count > v_left THEN
      span := tstzrange(lower(span), least(upper(span), greatest(slot_of(beats.last), slot_of(beats.first) + interval '15 minutes')));
    END IF;
    v_left := v_left - beats.count - c_overhead;
    DELETE FROM heartbeat_slots WHERE user_id = p_user AND slot >= lower(span) AND slot < upper(span);
    INSERT INTO heartbeat_slots (user_id, slot, project, language, category, editor, operating_system, machine, branch, length)
    SELECT p_user, slot, project, language, category, editor, operating_system, machine, branch,
           sum(least(ends, slot + interval '15 minutes') - greatest(starts, slot))
      FROM heartbeat_stretches(p_user, lower(span), upper(span), make_interval(secs => v_idle)),
           generate_series(slot_of(starts), slot_of(ends - interval '1 microsecond'), interval '15 minutes') AS slot
     GROUP BY slot, project, language, category, editor, operating_system, machine, branch
     ORDER BY slot;
    INSERT INTO heartbeat_projects AS known (user_id, project, first_at, last_at)
    SELECT p_user, project, min(at), max(at) FROM heartbeats
     WHERE user_id = p_user AND at >= lower(span) AND at < upper(span) AND project IS NOT NULL
     GROUP BY project
    ON CONFLICT (user_id, project) DO UPDATE
      SET first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at);
    stale := stale - tstzmultirange(span);
  END LOOP;
  UPDATE heartbeat_states SET built_until = v_until, idle_seconds = v_idle, dirty = stale WHERE user_id = p_user;
  RETURN true;
END;
$$;
--> statement-breakpoint
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
DROP INDEX "users_erasable";
--> statement-breakpoint
CREATE INDEX "users_deleted" ON "users" USING btree ("deleted_at") WHERE "users"."is_deleted";
--> statement-breakpoint
DROP INDEX "personal_tokens_dead";
--> statement-breakpoint
DROP INDEX "email_changes_due";
--> statement-breakpoint
ALTER TABLE "erasures" DROP COLUMN "searched_at", DROP COLUMN "searched_id";
--> statement-breakpoint
ALTER TABLE "heartbeat_states" DROP COLUMN "due_at", DROP COLUMN "oldest_at", DROP COLUMN "failures", DROP COLUMN "retry_at";
