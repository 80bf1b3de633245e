-- Adds a time entry, personal or of an organization, and stops the running entry if the new one has no end. A repeat with the same id and equal values
-- changes nothing. Without a start, the entry begins now: the clock is read while the lock is held, so that each of
-- several concurrent starts begins where the previous one ends. A running entry that began at the given start or later
-- ends now, and keeps its time.
--
-- Parameters
--   p_actor   the owner of the entry
--   p_id      its id
--   p_values  its fields; organization_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds, is_billable,
--             source, external_id and tag_ids, all optional
--
-- Raises
--   PT003  the owner may not create entries in the organization, or personal ones
--   PT004  the task belongs to another project
--   PT005  the entry refers to a record that does not exist, or the owner is not a member of the organization
--   PT011  the id is taken by another entry, of the owner or of another user, possibly deleted; the message does not
--          say which
CREATE OR REPLACE FUNCTION create_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_organization uuid := p_values->>'organization_id';
  v_task uuid := p_values->>'task_id';
  v_project uuid := p_values->>'project_id';
  v_given timestamptz(3) := p_values->>'started_at';
  v_start timestamptz(3);
  v_end timestamptz(3) := p_values->>'ended_at';
  known time_entries;
BEGIN
  PERFORM lock_time(p_actor);
  IF v_organization IS NOT NULL THEN
    PERFORM demand_creation(p_actor, v_organization, 'time_entries', NULL);
  END IF;
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  IF FOUND THEN
    PERFORM demand(
      known.owner_id = p_actor AND NOT known.is_deleted
      AND known.organization_id IS NOT DISTINCT FROM v_organization
      AND known.project_id IS NOT DISTINCT FROM coalesce(v_project, known.project_id)
      AND known.task_id IS NOT DISTINCT FROM v_task
      AND known.description = coalesce(p_values->>'description', '')
      AND known.started_at = coalesce(v_given, known.started_at)
      AND (v_end IS NULL OR known.ended_at = v_end)
      AND known.kind = coalesce(p_values->>'kind', 'work'),
      'PT011', 'This id is taken. Use a new id.');
    RETURN;
  END IF;
  PERFORM demand_entry_references(p_actor, v_organization, p_values);
  v_project := project_of_entry(v_task, v_project, v_project IS NOT NULL);
  v_start := coalesce(v_given, clock_timestamp());
  IF v_end IS NULL THEN
    UPDATE time_entries
       SET ended_at = greatest(started_at, CASE WHEN v_given <= started_at THEN clock_timestamp()::timestamptz(3) ELSE v_start END),
           updated_at = now(), version = version + 1
     WHERE owner_id = p_actor AND ended_at IS NULL AND NOT is_deleted;
  END IF;
  INSERT INTO time_entries (id, owner_id, organization_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds,
                            is_billable, source, external_id, no_overlap)
  VALUES (p_id, p_actor, v_organization, v_project, v_task,
          coalesce(p_values->>'description', ''), v_start, v_end, coalesce(p_values->>'kind', 'work'),
          (p_values->>'planned_seconds')::int,
          coalesce((p_values->>'is_billable')::boolean, is_billable_by_default(v_project)),
          coalesce(p_values->>'source', 'manual'), p_values->>'external_id',
          NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = p_actor), true))
  ON CONFLICT (id) DO NOTHING;
  PERFORM demand(FOUND, 'PT011', 'This id is taken. Use a new id.');
  PERFORM set_entry_tags(p_id, p_values);
END;
$$;
