-- Raises if a project or task is deleted, and keeps both from being deleted until the transaction ends.
--
-- Parameters
--   p_project  the project; null for none
--   p_task     the task; null for none
--   p_refusal  the message about a deleted project
--
-- Raises
--   PT005  one of them is deleted
CREATE OR REPLACE FUNCTION keep_live(p_project uuid, p_task uuid, p_refusal text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF p_project IS NOT NULL THEN
    PERFORM FROM projects WHERE id = p_project AND NOT is_deleted FOR SHARE;
    PERFORM demand(FOUND, 'PT005', p_refusal);
  END IF;
  IF p_task IS NOT NULL THEN
    PERFORM FROM tasks WHERE id = p_task AND NOT is_deleted FOR SHARE;
    PERFORM demand(FOUND, 'PT005', 'Task not found.');
  END IF;
END;
$$;
