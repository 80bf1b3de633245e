-- Undoes an import: removes the entries that it created and that were not changed since, and the records that it
-- created and that are not in use. Changed entries stay; `kept` has the ids of those that are not deleted. Entries
-- that the owner deleted stay deleted, but without their keys, so that importing the file again creates them again.
--
-- Parameters
--   p_actor   the owner
--   p_import  the import
--
-- Raises
--   PT005  the import does not exist
CREATE OR REPLACE FUNCTION undo_import(p_actor uuid, p_import uuid)
RETURNS TABLE (removed int, kept uuid[], clients int, projects int, tasks int, tags int)
LANGUAGE plpgsql AS $$
DECLARE
  known imports;
BEGIN
  PERFORM lock_time(p_actor);
  SELECT * INTO known FROM imports WHERE id = p_import AND owner_id = p_actor FOR UPDATE;
  PERFORM demand(FOUND, 'PT005', 'Import not found.');
  DELETE FROM time_entries WHERE import_id = p_import AND owner_id = p_actor AND version = 1;
  GET DIAGNOSTICS removed = ROW_COUNT;
  UPDATE time_entries SET external_id = NULL WHERE import_id = p_import AND is_deleted;
  kept := ARRAY (SELECT id FROM time_entries WHERE import_id = p_import AND NOT is_deleted ORDER BY started_at, id);
  tags := remove_unused(p_actor, 'tags', known.tag_ids,
    'EXISTS (SELECT FROM time_entry_tags WHERE tag_id = r.id) OR EXISTS (SELECT FROM goals WHERE tag_id = r.id)');
  tasks := remove_unused(p_actor, 'tasks', known.task_ids,
    'EXISTS (SELECT FROM time_entries WHERE task_id = r.id) OR EXISTS (SELECT FROM goals WHERE task_id = r.id)');
  projects := remove_unused(p_actor, 'projects', known.project_ids,
    'EXISTS (SELECT FROM time_entries WHERE project_id = r.id) OR EXISTS (SELECT FROM tasks WHERE project_id = r.id)
     OR EXISTS (SELECT FROM goals WHERE project_id = r.id) OR EXISTS (SELECT FROM activity_rules WHERE project_id = r.id)');
  clients := remove_unused(p_actor, 'clients', known.client_ids,
    'EXISTS (SELECT FROM projects WHERE client_id = r.id) OR EXISTS (SELECT FROM goals WHERE client_id = r.id)');
  DELETE FROM imports WHERE id = p_import;
  RETURN NEXT;
END;
$$;
