DROP INDEX "users_deleted";--> statement-breakpoint
ALTER TABLE "heartbeat_states" ADD COLUMN "due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "heartbeat_states" ADD COLUMN IF NOT EXISTS "oldest_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "heartbeat_states" ADD COLUMN "failures" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "heartbeat_states" ADD COLUMN "retry_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "searched_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "searched_id" uuid;--> statement-breakpoint
CREATE INDEX "email_changes_due" ON "email_changes" USING btree ("due_at") WHERE "email_changes"."confirmed_at" is not null and "email_changes"."applied_at" is null and "email_changes"."cancelled_at" is null;--> statement-breakpoint
CREATE INDEX "heartbeat_states_due" ON "heartbeat_states" USING btree ("due_at") WHERE "heartbeat_states"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "heartbeat_states_oldest" ON "heartbeat_states" USING btree ("oldest_at") WHERE "heartbeat_states"."oldest_at" is not null;--> statement-breakpoint
CREATE INDEX "personal_tokens_dead" ON "personal_tokens" USING btree (least("expires_at", "revoked_at")) WHERE "personal_tokens"."revoked_for" is distinct from 'account_closed';--> statement-breakpoint
CREATE INDEX "users_erasable" ON "users" USING btree ("deleted_at") WHERE "users"."is_deleted" and "users"."email" <> 'erased-' || "users"."id"::text || '@invalid';--> statement-breakpoint
-- What is due of each, the next run of the maintenance finds out, in batches. Which heartbeat is its oldest was looked for before.
UPDATE heartbeat_states s
   SET due_at = now(),
       oldest_at = coalesce(s.oldest_at, (SELECT h.at FROM heartbeats h WHERE h.user_id = s.user_id ORDER BY h.at LIMIT 1));
--> statement-breakpoint
-- As before, and tells the queues of the maintenance: slots are due once there are heartbeats that they don't know and that are over
-- four hours old. A state that says so already is not written: most batches write none.
CREATE OR REPLACE FUNCTION store_heartbeats(p_user uuid, p_items jsonb) RETURNS TABLE (place int, hash uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_earliest timestamptz := (SELECT to_timestamp(min(i.time)) FROM jsonb_to_recordset(p_items) AS i ("time" float8));
  state heartbeat_states;
BEGIN
  INSERT INTO heartbeat_states (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
  -- So that it can't go before the heartbeats are there, nor leave the queue.
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
--> statement-breakpoint
-- As before, and tells the queue when there is more to build. Whom no heartbeat is left to build slots of leaves the queue, unless some
-- may be on their way: store_heartbeats holds the state until they are there.
CREATE OR REPLACE FUNCTION build_slots(p_user uuid, p_most int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  -- Else many stretches of few heartbeats would be no work.
  c_overhead CONSTANT int := 100;
  state heartbeat_states;
  v_idle int;
  v_until timestamptz := slot_of(now() - interval '3 hours');
  v_left int := p_most;
  v_next timestamptz;
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
  v_next := (SELECT at FROM heartbeats WHERE user_id = p_user AND at >= v_until ORDER BY at LIMIT 1);
  IF v_next IS NULL THEN
    PERFORM FROM heartbeat_states WHERE user_id = p_user FOR UPDATE SKIP LOCKED;
    IF FOUND THEN
      v_next := (SELECT at FROM heartbeats WHERE user_id = p_user AND at >= v_until ORDER BY at LIMIT 1);
    ELSE
      v_next := now();
    END IF;
  END IF;
  UPDATE heartbeat_states
     SET built_until = v_until, idle_seconds = v_idle, dirty = stale, failures = 0, retry_at = NULL,
         due_at = CASE WHEN isempty(stale) THEN v_next + interval '4 hours' ELSE now() END
   WHERE user_id = p_user;
  RETURN true;
END;
$$;
--> statement-breakpoint
-- As before, and tells the queue how old the oldest heartbeat is that is left.
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
  -- Those that are on their way are of the last hour: store_heartbeats waits with all others until this is done.
  UPDATE heartbeat_states
     SET oldest_at = least((SELECT at FROM heartbeats WHERE user_id = p_user ORDER BY at LIMIT 1), now() - interval '2 hours')
   WHERE user_id = p_user;
  RETURN v_count;
END;
$$;
