-- A range of one user, so that an exclusion constraint can compare users without an extension.
CREATE TYPE uuidrange AS RANGE (subtype = uuid);
--> statement-breakpoint
-- Who allows no overlap has none. Ends touch: [10:00, 11:00) and [11:00, 12:00) don't overlap.
ALTER TABLE time_entries ADD CONSTRAINT time_entries_no_overlap EXCLUDE USING gist (
  uuidrange(owner_id, owner_id, '[]') WITH &&,
  tstzrange(started_at, ended_at, '[)') WITH &&
) WHERE (no_overlap AND NOT is_deleted);
--> statement-breakpoint
-- Whether the name of a time zone means anything here.
CREATE FUNCTION is_zone(p_zone text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM now() AT TIME ZONE p_zone;
  RETURN true;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END;
$$;
--> statement-breakpoint
-- The instant at which the day p_day begins in the zone p_zone, for who counts from p_minutes after midnight: the first
-- whose local time is that or later. So it is right where clocks skip midnight or show it twice, and a day that a zone
-- left out (Apia, 2011-12-30) is empty.
CREATE FUNCTION day_start(p_day date, p_zone text, p_minutes int) RETURNS timestamptz
LANGUAGE sql STABLE STRICT AS $$
  SELECT min(candidate)
    FROM (SELECT p_day + make_interval(mins => p_minutes) AS wanted) AS day,
         LATERAL (SELECT (wanted AT TIME ZONE p_zone) - step * interval '30 minutes' AS candidate
                    FROM generate_series(0, 4) AS step) AS candidates
   WHERE candidate AT TIME ZONE p_zone >= wanted;
$$;
--> statement-breakpoint
-- Raises unless what an entry refers to is there for p_actor: PT005.
CREATE FUNCTION demand_entry_references(p_actor uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_project uuid := p_values->>'project_id';
  v_task uuid := p_values->>'task_id';
BEGIN
  PERFORM demand(v_project IS NULL OR EXISTS (
      SELECT FROM projects WHERE id = v_project AND NOT is_deleted
        AND (owner_id = p_actor OR holds_all(p_actor, '{projects:read_any}'))), 'PT005', 'There is no such project.'),
    demand(v_task IS NULL OR EXISTS (
      SELECT FROM tasks WHERE id = v_task AND NOT is_deleted
        AND (owner_id = p_actor OR holds_all(p_actor, '{tasks:read_any}'))), 'PT005', 'There is no such task.'),
    demand(NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(coalesce(nullif(p_values->'tag_ids', 'null'), '[]')) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM tags WHERE id = wanted::uuid AND NOT is_deleted
           AND (owner_id = p_actor OR holds_all(p_actor, '{tags:read_any}')))), 'PT005', 'There is no such tag.');
END;
$$;
--> statement-breakpoint
-- Makes those who change the time of one user take turns.
CREATE FUNCTION lock_time(p_user uuid) RETURNS void
LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('time ' || p_user, 0));
$$;
--> statement-breakpoint
CREATE FUNCTION set_entry_tags(p_entry uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid[];
BEGIN
  IF NOT p_values ? 'tag_ids' THEN
    RETURN;
  END IF;
  SELECT coalesce(array_agg(id::uuid), '{}') INTO wanted FROM jsonb_array_elements_text(p_values->'tag_ids') AS id;
  DELETE FROM time_entry_tags WHERE entry_id = p_entry AND tag_id <> ALL (wanted);
  INSERT INTO time_entry_tags (entry_id, tag_id) SELECT p_entry, unnest(wanted) ON CONFLICT DO NOTHING;
END;
$$;
--> statement-breakpoint
-- Adds a time entry of p_actor's with the values in p_values, and stops what runs if it is to run itself. Doing it again
-- with the same id and the same values changes nothing. Its start is now unless given: taken when its turn comes, so that
-- of many starts at once each begins where the one before it ends.
--
--   PT005  it refers to what is not there
--   PT011  there is another entry with this id
CREATE FUNCTION create_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_start timestamptz(3);
  v_end timestamptz(3) := p_values->>'ended_at';
  known time_entries;
BEGIN
  PERFORM lock_time(p_actor);
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  IF FOUND THEN
    PERFORM demand(
      known.owner_id = p_actor AND NOT known.is_deleted
      AND known.project_id IS NOT DISTINCT FROM coalesce((p_values->>'project_id')::uuid, known.project_id)
      AND known.task_id IS NOT DISTINCT FROM (p_values->>'task_id')::uuid
      AND known.description = coalesce(p_values->>'description', '')
      AND known.started_at = coalesce((p_values->>'started_at')::timestamptz(3), known.started_at)
      AND (v_end IS NULL OR known.ended_at = v_end)
      AND known.kind = coalesce(p_values->>'kind', 'work'),
      'PT011', 'Another time entry has this id.');
    RETURN;
  END IF;
  PERFORM demand_entry_references(p_actor, p_values);
  v_start := coalesce((p_values->>'started_at')::timestamptz, clock_timestamp());
  IF v_end IS NULL THEN
    UPDATE time_entries
       SET ended_at = greatest(v_start, started_at), updated_at = now(), version = version + 1
     WHERE owner_id = p_actor AND ended_at IS NULL AND NOT is_deleted;
  END IF;
  INSERT INTO time_entries (id, owner_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds,
                            is_billable, source, external_id, no_overlap)
  VALUES (p_id, p_actor,
          coalesce((p_values->>'project_id')::uuid, (SELECT project_id FROM tasks WHERE id = (p_values->>'task_id')::uuid)),
          (p_values->>'task_id')::uuid,
          coalesce(p_values->>'description', ''), v_start, v_end, coalesce(p_values->>'kind', 'work'),
          (p_values->>'planned_seconds')::int,
          coalesce((p_values->>'is_billable')::boolean,
                   (SELECT is_billable FROM projects WHERE id = (p_values->>'project_id')::uuid), false),
          coalesce(p_values->>'source', 'manual'), p_values->>'external_id',
          NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = p_actor), true));
  PERFORM set_entry_tags(p_id, p_values);
END;
$$;
--> statement-breakpoint
-- Changes what p_values names of a time entry that p_actor may change, and leaves the rest.
--
--   PT004  it would end before it starts
--   PT005  there is no such entry, or it refers to what is not there
CREATE FUNCTION update_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND (known.owner_id = p_actor OR holds_all(p_actor, '{time_entries:update_any}')),
                 'PT005', 'There is no such time entry.'),
          lock_time(known.owner_id),
          demand_entry_references(p_actor, p_values);
  -- What it was while others had their turn.
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  known := jsonb_populate_record(known, p_values - 'tag_ids');
  PERFORM demand(known.ended_at IS NULL OR known.ended_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.');
  UPDATE time_entries
     SET project_id = known.project_id, task_id = known.task_id, description = known.description,
         started_at = known.started_at, ended_at = known.ended_at, kind = known.kind,
         planned_seconds = known.planned_seconds, is_billable = known.is_billable,
         no_overlap = NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = known.owner_id), true),
         updated_at = now(), version = version + 1
   WHERE id = p_id;
  PERFORM set_entry_tags(p_id, p_values);
END;
$$;
--> statement-breakpoint
CREATE FUNCTION delete_time_entry(p_actor uuid, p_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE time_entries SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
   WHERE id = p_id AND NOT is_deleted AND (owner_id = p_actor OR holds_all(p_actor, '{time_entries:delete_any}'));
  PERFORM demand(FOUND, 'PT005', 'There is no such time entry.');
END;
$$;
--> statement-breakpoint
-- Stops a running entry, now or at p_at; one that has ended stays as it is.
CREATE FUNCTION stop_time_entry(p_actor uuid, p_id uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND (known.owner_id = p_actor OR holds_all(p_actor, '{time_entries:update_any}')),
                 'PT005', 'There is no such time entry.'),
          demand(known.ended_at IS NOT NULL OR p_at IS NULL OR p_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.'),
          lock_time(known.owner_id);
  UPDATE time_entries
     SET ended_at = greatest(coalesce(p_at, clock_timestamp())::timestamptz(3), started_at), updated_at = now(), version = version + 1
   WHERE id = p_id AND ended_at IS NULL;
END;
$$;
--> statement-breakpoint
-- Starts a new entry like an old one.
CREATE FUNCTION resume_time_entry(p_actor uuid, p_id uuid, p_new uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted AND owner_id = p_actor;
  PERFORM demand(FOUND, 'PT005', 'There is no such time entry.'),
          create_time_entry(p_actor, p_new, jsonb_build_object(
            'project_id', known.project_id, 'task_id', known.task_id, 'description', known.description,
            'kind', known.kind, 'planned_seconds', known.planned_seconds, 'is_billable', known.is_billable,
            'tag_ids', coalesce((SELECT jsonb_agg(tag_id) FROM time_entry_tags WHERE entry_id = p_id), '[]')));
END;
$$;
--> statement-breakpoint
-- Does many things to time entries, each on its own: one that fails leaves the others alone. p_items is
-- [{"do": "create" | "update" | "delete", "id": …, "values": {…}}]; a row comes back for each, in order.
CREATE FUNCTION bulk_time_entries(p_actor uuid, p_items jsonb)
RETURNS TABLE (item int, code text, violated text, message text)
LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
BEGIN
  PERFORM lock_time(p_actor);
  FOR item, entry IN SELECT ordinality::int, value FROM jsonb_array_elements(p_items) WITH ORDINALITY LOOP
    code := NULL;
    violated := NULL;
    message := NULL;
    BEGIN
      CASE entry->>'do'
        WHEN 'create' THEN PERFORM create_time_entry(p_actor, (entry->>'id')::uuid, entry->'values');
        WHEN 'update' THEN PERFORM update_time_entry(p_actor, (entry->>'id')::uuid, entry->'values');
        WHEN 'delete' THEN PERFORM delete_time_entry(p_actor, (entry->>'id')::uuid);
      END CASE;
    EXCEPTION
      WHEN SQLSTATE 'PT004' OR SQLSTATE 'PT005' OR SQLSTATE 'PT011' OR unique_violation OR exclusion_violation THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, violated = CONSTRAINT_NAME, message = MESSAGE_TEXT;
    END;
    RETURN NEXT;
  END LOOP;
END;
$$;
--> statement-breakpoint
-- The time entries of p_owner (of everybody for null) from the day p_from to the day p_to, cut at the boundaries of days:
-- one row for each entry and day. What runs counts until p_now. Entries of over a day have an index of their own, so that
-- no more than the period, the day before it and the few long ones is read, however long the history is.
CREATE FUNCTION time_slices(p_owner uuid, p_from date, p_to date, p_zone text, p_minutes int, p_now timestamptz)
RETURNS TABLE (entry_id uuid, owner_id uuid, project_id uuid, task_id uuid, kind text, is_billable boolean, planned_seconds int,
               day date, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE AS $$
  WITH bounds AS MATERIALIZED (
    SELECT array_agg(starts ORDER BY n) AS starts, min(starts) AS first, max(starts) AS last
      FROM generate_series(0, p_to - p_from + 1) AS n,
           LATERAL (SELECT day_start(p_from + n, p_zone, p_minutes) AS starts) AS day
  ), entries AS (
    SELECT e.*, coalesce(e.ended_at, p_now) AS ends
      FROM bounds, time_entries e
     WHERE NOT e.is_deleted AND (p_owner IS NULL OR e.owner_id = p_owner)
       AND e.started_at >= bounds.first - interval '1 day' AND e.started_at < bounds.last
    UNION ALL
    SELECT e.*, coalesce(e.ended_at, p_now) AS ends
      FROM bounds, time_entries e
     WHERE NOT e.is_deleted AND (p_owner IS NULL OR e.owner_id = p_owner)
       AND e.started_at < bounds.first - interval '1 day'
       AND (e.ended_at IS NULL OR e.ended_at - e.started_at > interval '1 day')
  )
  SELECT e.id, e.owner_id, e.project_id, e.task_id, e.kind, e.is_billable, e.planned_seconds,
         p_from + (slot - 1), greatest(e.started_at, bounds.starts[slot]), least(e.ends, bounds.starts[slot + 1])
    FROM bounds, entries e,
         LATERAL generate_series(
           width_bucket(greatest(e.started_at, bounds.first), bounds.starts),
           width_bucket(least(e.ends, bounds.last) - interval '1 microsecond', bounds.starts)) AS slot
   WHERE e.ends > bounds.first AND e.ends > e.started_at;
$$;
--> statement-breakpoint
-- How p_user counts, where p_zone, p_week_start say nothing else; and which day it is for them now.
CREATE FUNCTION time_frame(p_user uuid, p_zone text, p_week_start int, p_now timestamptz)
RETURNS TABLE (zone text, minutes int, week_start int, threshold int, today date)
LANGUAGE sql STABLE AS $$
  SELECT zone, minutes, week_start, threshold, ((p_now AT TIME ZONE zone) - make_interval(mins => minutes))::date
    FROM (SELECT coalesce(p_zone, s.timezone, 'UTC') AS zone, coalesce(s.day_start, 0)::int AS minutes,
                 coalesce(p_week_start, s.week_start, 1)::int AS week_start,
                 coalesce(s.streak_threshold_seconds, 900) AS threshold
            FROM (SELECT) AS nobody LEFT JOIN time_settings s ON s.user_id = p_user) AS chosen;
$$;
