-- The way down from 0054_valid_references: the foreign key holds for what is written, and is not said to hold for what is there.
ALTER TABLE time_entries DROP CONSTRAINT time_entries_project_of_task;
--> statement-breakpoint
ALTER TABLE time_entries ADD CONSTRAINT time_entries_project_of_task
  FOREIGN KEY (task_id, project_id) REFERENCES tasks (id, project_id) ON UPDATE CASCADE NOT VALID;
--> statement-breakpoint
DROP INDEX time_entries_by_import;
