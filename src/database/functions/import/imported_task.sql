-- Finds a task of a project by name, in any case, or makes one, and keeps it in that project until the transaction
-- ends.
--
-- Parameters
--   p_owner    the owner
--   p_name     the name
--   p_project  the project, or null
CREATE OR REPLACE FUNCTION imported_task(p_owner uuid, p_name text, p_project uuid, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tasks t
   WHERE t.owner_id = p_owner AND t.project_id IS NOT DISTINCT FROM p_project AND fold_case(t.name) = fold_case(p_name) AND NOT t.is_deleted
   ORDER BY t.name = p_name DESC, t.created_at, t.id LIMIT 1 FOR KEY SHARE;
  IF NOT FOUND THEN
    INSERT INTO tasks (owner_id, project_id, name) VALUES (p_owner, p_project, p_name) RETURNING tasks.id, true INTO id, is_new;
  END IF;
END;
$$;
