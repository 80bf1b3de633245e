-- Raises unless the project, task and tags of a time entry exist in its scope, and the caller may read them.
--
-- Parameters
--   p_actor         the caller
--   p_organization  the organization of the entry; null for a personal entry
--   p_values        the fields of the entry
--
-- Raises
--   PT005  a record does not exist
CREATE OR REPLACE FUNCTION demand_entry_references(p_actor uuid, p_organization uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_project uuid := p_values->>'project_id';
  v_task uuid := p_values->>'task_id';
BEGIN
  PERFORM demand(v_project IS NULL OR EXISTS (
      SELECT FROM projects WHERE id = v_project AND NOT is_deleted
        AND organization_id IS NOT DISTINCT FROM p_organization AND may_on(p_actor, 'projects', id, 'read')),
      'PT005', 'Project not found.'),
    demand(v_task IS NULL OR EXISTS (
      SELECT FROM tasks WHERE id = v_task AND NOT is_deleted
        AND organization_id IS NOT DISTINCT FROM p_organization AND may_on(p_actor, 'tasks', id, 'read')),
      'PT005', 'Task not found.'),
    demand(NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(coalesce(nullif(p_values->'tag_ids', 'null'), '[]')) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM tags WHERE id = wanted::uuid AND NOT is_deleted
           AND organization_id IS NOT DISTINCT FROM p_organization AND may_on(p_actor, 'tags', id, 'read'))),
      'PT005', 'Tag not found.');
END;
$$;
