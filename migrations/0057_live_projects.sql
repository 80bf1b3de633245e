-- Demands that neither the project p_project nor the task p_task (null for none) is deleted, as they are not until the transaction ends.
--
--   PT005  one is deleted
CREATE FUNCTION keep_live(p_project uuid, p_task uuid, p_refusal text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF p_project IS NOT NULL THEN
    PERFORM FROM projects WHERE id = p_project AND NOT is_deleted FOR SHARE;
    PERFORM demand(FOUND, 'PT005', p_refusal);
  END IF;
  IF p_task IS NOT NULL THEN
    PERFORM FROM tasks WHERE id = p_task AND NOT is_deleted FOR SHARE;
    PERFORM demand(FOUND, 'PT005', 'There is no such task.');
  END IF;
END;
$$;
--> statement-breakpoint
-- Gives an entry with a task and no project the task's project, which the foreign key says nothing about, and notes that an entry
-- changed which got another project with its task. An entry comes into no project, and to no task, that is deleted or is just being
-- deleted: one that was there before stays.
CREATE OR REPLACE FUNCTION follow_task() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.task_id IS NOT NULL AND NEW.project_id IS NULL THEN
    SELECT project_id INTO NEW.project_id FROM tasks WHERE id = NEW.task_id FOR KEY SHARE;
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM keep_live(NEW.project_id, NEW.task_id, 'There is no such project.');
    RETURN NEW;
  END IF;
  IF NEW.task_id IS DISTINCT FROM OLD.task_id THEN
    PERFORM keep_live(NULL, NEW.task_id, '');
  END IF;
  IF NEW.project_id IS DISTINCT FROM OLD.project_id THEN
    PERFORM keep_live(NEW.project_id, NULL, 'There is no such project.');
    IF NEW.version = OLD.version THEN
      NEW.version := OLD.version + 1;
      NEW.updated_at := now();
    END IF;
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
-- Returns the project of an entry with the task p_task (null for none): the task's. Until the transaction ends, the task stays in
-- it. p_wanted is the project that the entry is meant to have, and p_is_wanted whether that is said at all.
--
--   PT004  the task belongs to another project than the one that is wanted, or to none
--   PT005  the task's project is deleted
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
                 'The task is not of this project. Leave the project out, or choose another task, or none.'),
          keep_live(v_project, NULL, 'The project of this task is deleted. Restore it, or move the task to another project.');
  RETURN v_project;
END;
$$;
--> statement-breakpoint
-- Does many things to time entries, each on its own: one that fails leaves the others alone. p_items is
-- [{"do": "create" | "update" | "delete", "id": …, "values": {…}}]; a row comes back for each, in order. The projects and
-- tasks of all of them stay as they are during the statement: to find that out one after the other would end in a deadlock with those
-- that are changed together.
CREATE OR REPLACE FUNCTION bulk_time_entries(p_actor uuid, p_items jsonb)
RETURNS TABLE (item int, code text, violated text, message text)
LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
  v_tasks uuid[];
BEGIN
  PERFORM lock_time(p_actor);
  SELECT array_agg(DISTINCT id) INTO v_tasks
    FROM (SELECT (value->'values'->>'task_id')::uuid FROM jsonb_array_elements(p_items)
          UNION ALL
          SELECT e.task_id FROM jsonb_array_elements(p_items) JOIN time_entries e ON e.id = (value->>'id')::uuid) AS needed (id);
  PERFORM FROM projects
   WHERE id IN (SELECT (value->'values'->>'project_id')::uuid FROM jsonb_array_elements(p_items)
                UNION ALL
                SELECT project_id FROM tasks WHERE id = ANY (v_tasks))
   ORDER BY id FOR SHARE;
  PERFORM FROM tasks WHERE id = ANY (v_tasks) ORDER BY id FOR SHARE;
  FOR item, entry IN SELECT ordinality::int, value FROM jsonb_array_elements(p_items) WITH ORDINALITY LOOP
    code := NULL;
    violated := NULL;
    message := NULL;
    BEGIN
      CASE entry->>'do'
        WHEN 'create' THEN PERFORM create_time_entry(p_actor, (entry->>'id')::uuid, entry->'values');
        WHEN 'update' THEN PERFORM update_time_entry(p_actor, (entry->>'id')::uuid, entry->'values');
        WHEN 'delete' THEN PERFORM delete_time_entry(p_actor, (entry->>'id')::uuid);
      END CASE;
    EXCEPTION
      WHEN SQLSTATE 'PT004' OR SQLSTATE 'PT005' OR SQLSTATE 'PT011' OR unique_violation OR exclusion_violation THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, violated = CONSTRAINT_NAME, message = MESSAGE_TEXT;
    END;
    RETURN NEXT;
  END LOOP;
END;
$$;
