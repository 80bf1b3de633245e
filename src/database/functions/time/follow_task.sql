-- Gives a time entry that has a task and no project the project of the task, which the foreign key doesn't demand,
-- and counts a new version of an entry whose project changed with its task.
CREATE OR REPLACE FUNCTION follow_task() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.task_id IS NOT NULL AND NEW.project_id IS NULL THEN
    SELECT project_id INTO NEW.project_id FROM tasks WHERE id = NEW.task_id FOR KEY SHARE;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.project_id IS DISTINCT FROM OLD.project_id AND NEW.version = OLD.version THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER follow_task BEFORE INSERT OR UPDATE OF task_id, project_id ON time_entries
FOR EACH ROW EXECUTE FUNCTION follow_task();
