CREATE TABLE "heartbeat_slots" (
	"user_id" uuid NOT NULL,
	"slot" timestamp with time zone NOT NULL,
	"project" text,
	"language" text,
	"category" text,
	"editor" text,
	"operating_system" text,
	"machine" text,
	"length" interval NOT NULL
);
--> statement-breakpoint
CREATE TABLE "heartbeat_states" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"built_until" timestamp with time zone,
	"idle_seconds" integer,
	"dirty" "tstzmultirange" DEFAULT '{}' NOT NULL,
	"kept_since" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "heartbeat_slots" ADD CONSTRAINT "heartbeat_slots_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "heartbeat_states" ADD CONSTRAINT "heartbeat_states_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "heartbeat_slots_by_start" ON "heartbeat_slots" USING btree ("user_id","slot");
--> statement-breakpoint
-- The quarter of an hour that p_at is in.
CREATE FUNCTION slot_of(p_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN isfinite(p_at) THEN date_bin('15 minutes', p_at, timestamptz '2000-01-01 00:00Z') ELSE p_at END;
$$;
--> statement-breakpoint
-- Takes heartbeats of p_user's, and says under which hash each is kept; one that is there already is left alone, and one from before
-- what is kept is left out. p_items is [{"place": …, "time": seconds since 1970, "entity": …, …}], with the columns' names and, where
-- a placeholder for the last project, branch or language was sent and the one sent before it in the batch is meant, the placeholder
-- in `sent_…`. Where it still stands, what the day before it last had is meant.
--
-- Slots are never built up to the last hour, so what comes as it happens needs no look at them. What comes later takes turns with
-- those who build them, and tells them where it belongs.
CREATE OR REPLACE FUNCTION store_heartbeats(p_user uuid, p_items jsonb) RETURNS TABLE (place int, hash uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_earliest timestamptz := (SELECT to_timestamp(min(i.time)) FROM jsonb_to_recordset(p_items) AS i ("time" float8));
  state heartbeat_states;
BEGIN
  INSERT INTO heartbeat_states (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
  IF v_earliest < now() - interval '1 hour' THEN
    SELECT * INTO state FROM heartbeat_states WHERE user_id = p_user FOR UPDATE;
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
-- Up to when the slots of p_user have what p_idle and all heartbeats say. From then on heartbeats must be counted.
CREATE FUNCTION slots_until(p_user uuid, p_idle interval) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT CASE WHEN make_interval(secs => idle_seconds) = p_idle THEN least(built_until, lower(dirty)) ELSE kept_since END
      FROM heartbeat_states WHERE user_id = p_user), '-infinity');
$$;
--> statement-breakpoint
-- Builds what p_user's slots lack, from where heartbeats came that they don't know, to three hours ago. Whether it did: not while
-- somebody else does, or sends what came late.
CREATE FUNCTION build_slots(p_user uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  state heartbeat_states;
  v_idle int;
  v_until timestamptz := slot_of(now() - interval '3 hours');
  stale tstzmultirange;
  span tstzrange;
BEGIN
  SELECT * INTO state FROM heartbeat_states WHERE user_id = p_user FOR UPDATE SKIP LOCKED;
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
--> statement-breakpoint
-- Removes p_user's heartbeats from over a day before p_since, whose time the slots have by then; what is left of that day says what
-- p_since begins with. How many; null while somebody else builds the slots.
CREATE FUNCTION prune_heartbeats(p_user uuid, p_since timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_count bigint;
BEGIN
  IF NOT build_slots(p_user) THEN
    RETURN NULL;
  END IF;
  UPDATE heartbeat_states SET kept_since = greatest(kept_since, p_since) WHERE user_id = p_user;
  DELETE FROM heartbeats WHERE user_id = p_user AND at < p_since - interval '1 day';
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END;
$$;
