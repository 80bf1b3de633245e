CREATE TABLE "heartbeat_projects" (
	"user_id" uuid NOT NULL,
	"project" text NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "heartbeat_projects_user_id_project_pk" PRIMARY KEY("user_id","project")
);
--> statement-breakpoint
ALTER TABLE "heartbeat_slots" ADD COLUMN "branch" text;--> statement-breakpoint
ALTER TABLE "heartbeat_projects" ADD CONSTRAINT "heartbeat_projects_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "heartbeat_slots_by_project" ON "heartbeat_slots" USING btree ("user_id","project","slot");
--> statement-breakpoint
-- Slots know their branch from now on, and projects are found without their heartbeats. What is built already is built again, as far
-- as there are heartbeats.
UPDATE heartbeat_states SET dirty = dirty + tstzmultirange(tstzrange(coalesce(kept_since, '-infinity'), built_until))
 WHERE kept_since < built_until OR kept_since IS NULL AND built_until IS NOT NULL;
--> statement-breakpoint
INSERT INTO heartbeat_projects (user_id, project, first_at, last_at)
SELECT user_id, project, min(slot), max(slot) FROM heartbeat_slots WHERE project IS NOT NULL GROUP BY user_id, project;
--> statement-breakpoint
DROP FUNCTION prune_heartbeats(uuid, timestamptz);
--> statement-breakpoint
DROP FUNCTION build_slots(uuid);
--> statement-breakpoint
-- Builds what p_user's slots lack, and their projects, from where heartbeats came that they don't know to three hours ago, the oldest
-- first, of p_most heartbeats at most: what is left stays dirty. Whether it did: not while somebody else does, or sends what came
-- late.
CREATE FUNCTION build_slots(p_user uuid, p_most int) RETURNS boolean
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
-- Removes p_user's heartbeats from over a day before p_since, the oldest p_most of them, once the slots have their time; what is left
-- of that day says what p_since begins with. How many; null where the slots have not, or while somebody else builds them.
CREATE FUNCTION prune_heartbeats(p_user uuid, p_since timestamptz, p_most int) RETURNS bigint
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
