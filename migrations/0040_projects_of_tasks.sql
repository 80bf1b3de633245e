CREATE UNIQUE INDEX "tasks_project_key" ON "tasks" USING btree ("id","project_id");
--> statement-breakpoint
-- An entry of a project with a task of none keeps its project: its task becomes one of the same name in that project. These tasks
-- are not new work, so the quota does not count them here.
ALTER TABLE tasks DISABLE TRIGGER bound_kind;
--> statement-breakpoint
WITH used AS MATERIALIZED (
  SELECT task_id, project_id, gen_random_uuid() AS twin
    FROM (SELECT DISTINCT e.task_id, e.project_id
            FROM tasks t JOIN time_entries e ON e.task_id = t.id
           WHERE t.project_id IS NULL AND e.project_id IS NOT NULL) AS pairs
), twins AS (
  INSERT INTO tasks (id, owner_id, project_id, name, description, done_at, due_at, created_at, is_deleted, deleted_at)
  SELECT used.twin, t.owner_id, used.project_id, t.name, t.description, t.done_at, t.due_at, t.created_at, t.is_deleted, t.deleted_at
    FROM used JOIN tasks t ON t.id = used.task_id
)
UPDATE time_entries e SET task_id = used.twin, updated_at = now(), version = e.version + 1
  FROM used WHERE e.task_id = used.task_id AND e.project_id = used.project_id;
--> statement-breakpoint
ALTER TABLE tasks ENABLE TRIGGER bound_kind;
--> statement-breakpoint
-- Every other entry that contradicts its task gets the task's project.
UPDATE time_entries e SET project_id = t.project_id, updated_at = now(), version = e.version + 1
  FROM tasks t WHERE e.task_id = t.id AND e.project_id IS DISTINCT FROM t.project_id;
--> statement-breakpoint
-- It holds for what is written from here on; 0054_valid_references.sql looks at what is there, without keeping writes waiting.
ALTER TABLE "time_entries" ADD CONSTRAINT "time_entries_project_of_task" FOREIGN KEY ("task_id","project_id") REFERENCES "public"."tasks"("id","project_id") ON DELETE no action ON UPDATE cascade NOT VALID;
--> statement-breakpoint
-- Gives an entry with a task and no project the task's project, which the foreign key says nothing about, and notes that an entry
-- changed which got another project with its task.
CREATE FUNCTION follow_task() RETURNS trigger
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
--> statement-breakpoint
-- Refuses to move a task with more entries than one request may change: they move with it.
CREATE FUNCTION bound_moved_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM demand((SELECT count(*) FROM (SELECT FROM time_entries WHERE task_id = NEW.id LIMIT 10001) AS found) <= 10000,
                 'PT004', 'A task with over 10,000 time entries cannot change its project. Make a new task there.');
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_moved_entries BEFORE UPDATE OF project_id ON tasks
FOR EACH ROW WHEN (OLD.project_id IS DISTINCT FROM NEW.project_id) EXECUTE FUNCTION bound_moved_entries();
--> statement-breakpoint
-- Moves the entries of a task that had no project: the foreign key moves all others.
CREATE FUNCTION move_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE time_entries SET project_id = NEW.project_id WHERE task_id = NEW.id AND project_id IS NULL;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER move_entries AFTER UPDATE OF project_id ON tasks
FOR EACH ROW WHEN (OLD.project_id IS NULL AND NEW.project_id IS NOT NULL) EXECUTE FUNCTION move_entries();
--> statement-breakpoint
-- Returns the project of an entry with the task p_task (null for none): the task's. Until the transaction ends, the task stays in
-- it. p_wanted is the project that the entry is meant to have, and p_is_wanted whether that is said at all.
--
--   PT004  the task belongs to another project than the one that is wanted, or to none
CREATE FUNCTION project_of_entry(p_task uuid, p_wanted uuid, p_is_wanted boolean) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
  v_project uuid;
BEGIN
  IF p_task IS NULL THEN
    RETURN p_wanted;
  END IF;
  SELECT project_id INTO v_project FROM tasks WHERE id = p_task FOR KEY SHARE;
  PERFORM demand(NOT p_is_wanted OR v_project IS NOT DISTINCT FROM p_wanted, 'PT004',
                 'The task is not of this project. Leave the project out, or choose another task, or none.');
  RETURN v_project;
END;
$$;
--> statement-breakpoint
-- Returns whether entries of the project p_project (null for none) are billable where nothing else is said.
CREATE FUNCTION is_billable_by_default(p_project uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT is_billable FROM projects WHERE id = p_project), false);
$$;
--> statement-breakpoint
-- Adds a time entry of p_actor's with the values in p_values, and stops what runs if it is to run itself. Doing it again
-- with the same id and the same values changes nothing. Its start is now unless given: taken when its turn comes, so that
-- of many starts at once each begins where the one before it ends. What began at the given start or later ends now, and keeps its
-- time.
--
--   PT004  its task is not of its project
--   PT005  it refers to what is not there
--   PT011  the id is taken: by an entry of p_actor's, deleted ones too, or of another user's, which the refusal does not tell
--          apart
CREATE OR REPLACE FUNCTION create_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_task uuid := p_values->>'task_id';
  v_project uuid := p_values->>'project_id';
  v_given timestamptz(3) := p_values->>'started_at';
  v_start timestamptz(3);
  v_end timestamptz(3) := p_values->>'ended_at';
  known time_entries;
BEGIN
  PERFORM lock_time(p_actor);
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  IF FOUND THEN
    PERFORM demand(
      known.owner_id = p_actor AND NOT known.is_deleted
      AND known.project_id IS NOT DISTINCT FROM coalesce(v_project, known.project_id)
      AND known.task_id IS NOT DISTINCT FROM v_task
      AND known.description = coalesce(p_values->>'description', '')
      AND known.started_at = coalesce(v_given, known.started_at)
      AND (v_end IS NULL OR known.ended_at = v_end)
      AND known.kind = coalesce(p_values->>'kind', 'work'),
      'PT011', 'This id is taken. Use a new id.');
    RETURN;
  END IF;
  PERFORM demand_entry_references(p_actor, p_values);
  v_project := project_of_entry(v_task, v_project, v_project IS NOT NULL);
  v_start := coalesce(v_given, clock_timestamp());
  IF v_end IS NULL THEN
    UPDATE time_entries
       SET ended_at = greatest(started_at, CASE WHEN v_given <= started_at THEN clock_timestamp()::timestamptz(3) ELSE v_start END),
           updated_at = now(), version = version + 1
     WHERE owner_id = p_actor AND ended_at IS NULL AND NOT is_deleted;
  END IF;
  INSERT INTO time_entries (id, owner_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds,
                            is_billable, source, external_id, no_overlap)
  VALUES (p_id, p_actor, v_project, v_task,
          coalesce(p_values->>'description', ''), v_start, v_end, coalesce(p_values->>'kind', 'work'),
          (p_values->>'planned_seconds')::int,
          coalesce((p_values->>'is_billable')::boolean, is_billable_by_default(v_project)),
          coalesce(p_values->>'source', 'manual'), p_values->>'external_id',
          NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = p_actor), true))
  ON CONFLICT (id) DO NOTHING;
  PERFORM demand(FOUND, 'PT011', 'This id is taken. Use a new id.');
  PERFORM set_entry_tags(p_id, p_values);
END;
$$;
--> statement-breakpoint
-- Changes what p_values names of a time entry that p_actor may change, and leaves the rest, but for what follows from it: the
-- project from the task, and whether it is billable from the project. Other users' entries need the permission to read them too:
-- a conflict with another entry of theirs would show its time.
--
--   PT004  it would end before it starts, or its task is not of its project
--   PT005  there is no such entry, or it refers to what is not there
CREATE OR REPLACE FUNCTION update_time_entry(p_actor uuid, p_id uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
  v_project uuid;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND (known.owner_id = p_actor OR holds_all(p_actor, '{time_entries:update_any,time_entries:read_any}')),
                 'PT005', 'There is no such time entry.'),
          lock_time(known.owner_id),
          demand_entry_references(p_actor, p_values);
  -- What it was while others had their turn.
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  v_project := known.project_id;
  known := jsonb_populate_record(known, p_values - 'tag_ids');
  PERFORM demand(known.ended_at IS NULL OR known.ended_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.');
  IF p_values ?| '{project_id,task_id}' THEN
    -- No project beside a new task means the task's; alone, it takes the project off.
    known.project_id := project_of_entry(known.task_id, known.project_id,
                                         p_values->>'project_id' IS NOT NULL OR NOT p_values ? 'task_id');
    IF p_values->>'is_billable' IS NULL AND known.project_id IS DISTINCT FROM v_project THEN
      known.is_billable := is_billable_by_default(known.project_id);
    END IF;
  END IF;
  UPDATE time_entries
     SET project_id = known.project_id, task_id = known.task_id, description = known.description,
         started_at = known.started_at, ended_at = known.ended_at, kind = known.kind,
         planned_seconds = known.planned_seconds, is_billable = known.is_billable,
         no_overlap = NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = known.owner_id), true),
         updated_at = now(), version = version + 1
   WHERE id = p_id;
  PERFORM set_entry_tags(p_id, p_values);
END;
$$;
--> statement-breakpoint
-- Does many things to time entries, each on its own: one that fails leaves the others alone. p_items is
-- [{"do": "create" | "update" | "delete", "id": …, "values": {…}}]; a row comes back for each, in order. The tasks of all of them
-- stay in their projects during the statement: to find that out one after the other would end in a deadlock with a task that is moved.
CREATE OR REPLACE FUNCTION bulk_time_entries(p_actor uuid, p_items jsonb)
RETURNS TABLE (item int, code text, violated text, message text)
LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
BEGIN
  PERFORM lock_time(p_actor);
  PERFORM FROM tasks
   WHERE id IN (SELECT (value->'values'->>'task_id')::uuid FROM jsonb_array_elements(p_items)
                UNION ALL
                SELECT e.task_id FROM jsonb_array_elements(p_items) JOIN time_entries e ON e.id = (value->>'id')::uuid)
   ORDER BY id FOR KEY SHARE;
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
--> statement-breakpoint
-- The task of p_owner's in a project (null for none) with p_name, without regard to case, or a new one. It stays in the project until
-- the transaction ends.
CREATE OR REPLACE FUNCTION imported_task(p_owner uuid, p_name text, p_project uuid, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tasks t
   WHERE t.owner_id = p_owner AND t.project_id IS NOT DISTINCT FROM p_project AND lower(t.name) = lower(p_name) AND NOT t.is_deleted
   ORDER BY t.created_at, t.id LIMIT 1 FOR KEY SHARE;
  IF NOT FOUND THEN
    INSERT INTO tasks (owner_id, project_id, name) VALUES (p_owner, p_project, p_name) RETURNING tasks.id, true INTO id, is_new;
  END IF;
END;
$$;
