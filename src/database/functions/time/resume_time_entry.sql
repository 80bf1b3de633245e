-- Starts a new time entry with the fields and tags of an old one.
--
-- Parameters
--   p_actor  the owner of both entries
--   p_id     the old entry
--   p_new    the id of the new entry
--
-- Raises
--   PT003  the owner may not create entries in the organization
--   PT004  the task belongs to another project
--   PT005  the entry does not exist, or refers to a record that is deleted or does not exist
--   PT011  the new id is taken
CREATE OR REPLACE FUNCTION resume_time_entry(p_actor uuid, p_id uuid, p_new uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted AND owner_id = p_actor
    AND (organization_id IS NULL OR may_on(p_actor, 'time_entries', id, 'read'));
  PERFORM demand(FOUND, 'PT005', 'Time entry not found.'),
          demand(NOT EXISTS (SELECT FROM projects WHERE id = known.project_id AND is_deleted), 'PT005',
                 'The project of this time entry is deleted. Restore it, or move the time entry to another project.'),
          demand(NOT EXISTS (SELECT FROM tasks WHERE id = known.task_id AND is_deleted), 'PT005',
                 'The task of this time entry is deleted. Restore it, or give the time entry another task or no task.'),
          demand(NOT EXISTS (SELECT FROM time_entry_tags et JOIN tags t ON t.id = et.tag_id
                              WHERE et.entry_id = p_id AND t.is_deleted), 'PT005',
                 'A tag of this time entry is deleted. Restore it, or remove it from the time entry.'),
          create_time_entry(p_actor, p_new, jsonb_build_object(
            'organization_id', known.organization_id, 'project_id', known.project_id, 'task_id', known.task_id, 'description', known.description,
            'kind', known.kind, 'planned_seconds', known.planned_seconds, 'is_billable', known.is_billable,
            'tag_ids', coalesce((SELECT jsonb_agg(tag_id) FROM time_entry_tags WHERE entry_id = p_id), '[]')));
END;
$$;
