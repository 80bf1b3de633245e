-- Builds the stale slots of a user, up to three hours ago, and schedules the next build. A user without further
-- heartbeats to build slots from leaves the queue, unless store_heartbeats() holds a lock on the state, because it is
-- about to add heartbeats. Returns false, and does nothing, if the user has no state or another transaction has locked
-- it.
--
-- Parameters
--   p_user  the user
--   p_most  about how many heartbeats to read
CREATE OR REPLACE FUNCTION build_slots(p_user uuid, p_most int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  -- The cost of each stretch: otherwise many stretches with few heartbeats would count as no work.
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
