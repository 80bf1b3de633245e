-- Refuses to move a task with more than 10,000 time entries to another project, because the entries move with it.
--
-- Raises
--   PT004  the task has too many entries
CREATE OR REPLACE FUNCTION bound_moved_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM demand((SELECT count(*) FROM (SELECT FROM time_entries WHERE task_id = NEW.id LIMIT 10001) AS found) <= 10000,
                 'PT004', 'A task with over 10,000 time entries cannot move to another project. Create a new task there.');
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_moved_entries BEFORE UPDATE OF project_id ON tasks
FOR EACH ROW WHEN (OLD.project_id IS DISTINCT FROM NEW.project_id) EXECUTE FUNCTION bound_moved_entries();
