-- Changes the fields of a time entry that p_values names, and the fields that depend on them: the project follows the
-- task, and the billable flag the project. To change another user's entry, the caller also needs the permission to
-- read it, because a conflict with another entry of that user would reveal its time. The organization stays.
--
-- Parameters
--   p_actor   the caller
--   p_id      the entry
--   p_values  the fields to change
--
-- Raises
--   PT004  it would end before it starts, or its task is not of its project
--   PT005  the entry does not exist, or it refers to a record that does not exist
CREATE OR REPLACE FUNCTION update_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
  v_project uuid;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND may_on(p_actor, 'time_entries', p_id, 'update'),
                 'PT005', 'Time entry not found.'),
          lock_time(known.owner_id),
          demand_entry_references(p_actor, known.organization_id, p_values);
  -- Read the entry again: another transaction may have changed it before this one got the lock.
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  v_project := known.project_id;
  known := jsonb_populate_record(known, p_values - 'tag_ids');
  PERFORM demand(known.ended_at IS NULL OR known.ended_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.');
  IF p_values ?| '{project_id,task_id}' THEN
    -- A null project with a new task means the project of the task; a null project alone removes the project.
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
$$;
