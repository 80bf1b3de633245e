-- Gives a time entry that has a task and no project the project of the task, which the foreign key doesn't require,
-- and increments the version of an entry whose project changed with its task. Refuses an entry in a project or task
-- that is deleted or is being deleted; an entry that was there before the deletion stays.
--
-- Raises
--   PT005  the project or task is deleted
CREATE OR REPLACE FUNCTION follow_task() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.task_id IS NOT NULL AND NEW.project_id IS NULL THEN
    SELECT project_id INTO NEW.project_id FROM tasks WHERE id = NEW.task_id FOR KEY SHARE;
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM keep_live(NEW.project_id, NEW.task_id, 'Project not found.');
    RETURN NEW;
  END IF;
  IF NEW.task_id IS DISTINCT FROM OLD.task_id THEN
    PERFORM keep_live(NULL, NEW.task_id, '');
  END IF;
  IF NEW.project_id IS DISTINCT FROM OLD.project_id THEN
    PERFORM keep_live(NEW.project_id, NULL, 'Project not found.');
    IF NEW.version = OLD.version THEN
      NEW.version := OLD.version + 1;
      NEW.updated_at := now();
    END IF;
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER follow_task BEFORE INSERT OR UPDATE OF task_id, project_id ON time_entries
FOR EACH ROW EXECUTE FUNCTION follow_task();
