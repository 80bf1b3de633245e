DROP FUNCTION prune_heartbeats(uuid, timestamptz, int);
--> statement-breakpoint
DROP FUNCTION build_slots(uuid, int);
--> statement-breakpoint
CREATE FUNCTION build_slots(p_user uuid) RETURNS boolean
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
--> statement-breakpoint
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
--> statement-breakpoint
DROP INDEX "heartbeat_slots_by_project";
--> statement-breakpoint
ALTER TABLE "heartbeat_slots" DROP COLUMN "branch";
--> statement-breakpoint
DROP TABLE "heartbeat_projects";
