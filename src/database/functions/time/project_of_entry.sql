-- Returns the project for a time entry: the project of its task, or the requested project if it has no task. Until the
-- transaction ends, the task stays in that project, and the project is not deleted.
--
-- Parameters
--   p_task       the task; null for none
--   p_wanted     the requested project
--   p_is_wanted  whether the request names a project
--
-- Raises
--   PT004  the task belongs to another project than the requested project, or to no project
--   PT005  the project of the task is deleted
CREATE OR REPLACE FUNCTION project_of_entry(p_task uuid, p_wanted uuid, p_is_wanted boolean) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
  v_project uuid;
BEGIN
  IF p_task IS NULL THEN
    RETURN p_wanted;
  END IF;
  SELECT project_id INTO v_project FROM tasks WHERE id = p_task FOR KEY SHARE;
  PERFORM demand(NOT p_is_wanted OR v_project IS NOT DISTINCT FROM p_wanted, 'PT004',
                 'The task does not belong to this project. Omit the project, or choose another task or no task.'),
          keep_live(v_project, NULL, 'The project of this task is deleted. Restore it, or move the task to another project.');
  RETURN v_project;
END;
$$;
