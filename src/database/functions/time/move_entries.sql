-- Moves the time entries of a task that had no project. The foreign key moves all others.
CREATE OR REPLACE FUNCTION move_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE time_entries SET project_id = NEW.project_id WHERE task_id = NEW.id AND project_id IS NULL;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER move_entries AFTER UPDATE OF project_id ON tasks
FOR EACH ROW WHEN (OLD.project_id IS NULL AND NEW.project_id IS NOT NULL) EXECUTE FUNCTION move_entries();
