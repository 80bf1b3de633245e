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
CREATE OR REPLACE FUNCTION update_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
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
CREATE OR REPLACE FUNCTION delete_time_entry(p_actor uuid, p_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE time_entries SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
   WHERE id = p_id AND NOT is_deleted AND (owner_id = p_actor OR holds_all(p_actor, '{time_entries:delete_any}'));
  PERFORM demand(FOUND, 'PT005', 'There is no such time entry.');
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION stop_time_entry(p_actor uuid, p_id uuid, p_at timestamptz) RETURNS void
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
DELETE FROM role_permissions
 USING roles r, permissions p
 WHERE role_id = r.id AND permission_id = p.id
   AND r.builtin = 'user' AND r.version = 1 AND p.builtin IN ('projects:delete', 'tasks:delete');
