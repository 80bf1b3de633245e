DROP FUNCTION may_reach(uuid, uuid, text, text);
--> statement-breakpoint
DROP FUNCTION reaches_all(uuid, text, text);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION delete_time_entry(p_actor uuid, p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE time_entries SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
   WHERE id = p_id AND NOT is_deleted AND (owner_id = p_actor OR holds_all(p_actor, '{time_entries:delete_any,time_entries:read_any}'));
  PERFORM demand(FOUND, 'PT005', 'There is no such time entry.');
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION demand_entry_references(p_actor uuid, p_values jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION stop_time_entry(p_actor uuid, p_id uuid, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND (known.owner_id = p_actor OR holds_all(p_actor, '{time_entries:update_any,time_entries:read_any}')),
                 'PT005', 'There is no such time entry.'),
          demand(known.ended_at IS NOT NULL OR p_at IS NULL OR p_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.'),
          lock_time(known.owner_id);
  UPDATE time_entries
     SET ended_at = greatest(coalesce(p_at, clock_timestamp())::timestamptz(3), started_at), updated_at = now(), version = version + 1
   WHERE id = p_id AND ended_at IS NULL;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION update_time_entry(p_actor uuid, p_id uuid, p_values jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  known time_entries;
  v_project uuid;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND (known.owner_id = p_actor OR holds_all(p_actor, '{time_entries:update_any,time_entries:read_any}')),
                 'PT005', 'There is no such time entry.'),
          lock_time(known.owner_id),
          demand_entry_references(p_actor, p_values);
  -- What it was while others had their turn.
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  v_project := known.project_id;
  known := jsonb_populate_record(known, p_values - 'tag_ids');
  PERFORM demand(known.ended_at IS NULL OR known.ended_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.');
  IF p_values ?| '{project_id,task_id}' THEN
    -- No project beside a new task means the task's; alone, it takes the project off.
    known.project_id := project_of_entry(known.task_id, known.project_id,
                                         p_values->>'project_id' IS NOT NULL OR NOT p_values ? 'task_id');
    IF p_values->>'is_billable' IS NULL AND known.project_id IS DISTINCT FROM v_project THEN
      known.is_billable := is_billable_by_default(known.project_id);
    END IF;
  END IF;
  UPDATE time_entries
     SET project_id = known.project_id, task_id = known.task_id, description = known.description,
         started_at = known.started_at, ended_at = known.ended_at, kind = known.kind,
         planned_seconds = known.planned_seconds, is_billable = known.is_billable,
         no_overlap = NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = known.owner_id), true),
         updated_at = now(), version = version + 1
   WHERE id = p_id;
  PERFORM set_entry_tags(p_id, p_values);
END;
$function$;
