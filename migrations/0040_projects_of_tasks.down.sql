CREATE OR REPLACE FUNCTION imported_task(p_owner uuid, p_name text, p_project uuid, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tasks t
   WHERE t.owner_id = p_owner AND t.project_id IS NOT DISTINCT FROM p_project AND lower(t.name) = lower(p_name) AND NOT t.is_deleted
   ORDER BY t.created_at, t.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO tasks (owner_id, project_id, name) VALUES (p_owner, p_project, p_name) RETURNING tasks.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
-- Does many things to time entries, each on its own: one that fails leaves the others alone. p_items is
-- [{"do": "create" | "update" | "delete", "id": …, "values": {…}}]; a row comes back for each, in order.
CREATE OR REPLACE FUNCTION bulk_time_entries(p_actor uuid, p_items jsonb)
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
-- Changes what p_values names of a time entry that p_actor may change, and leaves the rest. Other users' entries need the
-- permission to read them too: a conflict with another entry of theirs would show its time.
--
--   PT004  it would end before it starts
--   PT005  there is no such entry, or it refers to what is not there
CREATE OR REPLACE FUNCTION update_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND (known.owner_id = p_actor OR holds_all(p_actor, '{time_entries:update_any,time_entries:read_any}')),
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
-- Adds a time entry of p_actor's with the values in p_values, and stops what runs if it is to run itself. Doing it again
-- with the same id and the same values changes nothing. Its start is now unless given: taken when its turn comes, so that
-- of many starts at once each begins where the one before it ends.
--
--   PT005  it refers to what is not there
--   PT011  the id is taken: by an entry of p_actor's, deleted ones too, or of another user's, which the refusal does not tell
--          apart
CREATE OR REPLACE FUNCTION create_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
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
      'PT011', 'This id is taken. Use a new id.');
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
          NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = p_actor), true))
  ON CONFLICT (id) DO NOTHING;
  PERFORM demand(FOUND, 'PT011', 'This id is taken. Use a new id.');
  PERFORM set_entry_tags(p_id, p_values);
END;
$$;
--> statement-breakpoint
DROP FUNCTION is_billable_by_default(uuid);
--> statement-breakpoint
DROP FUNCTION project_of_entry(uuid, uuid, boolean);
--> statement-breakpoint
DROP TRIGGER move_entries ON tasks;
--> statement-breakpoint
DROP FUNCTION move_entries();
--> statement-breakpoint
DROP TRIGGER bound_moved_entries ON tasks;
--> statement-breakpoint
DROP FUNCTION bound_moved_entries();
--> statement-breakpoint
DROP TRIGGER follow_task ON time_entries;
--> statement-breakpoint
DROP FUNCTION follow_task();
--> statement-breakpoint
ALTER TABLE "time_entries" DROP CONSTRAINT "time_entries_project_of_task";
--> statement-breakpoint
DROP INDEX "tasks_project_key";
