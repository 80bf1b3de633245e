CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"owner_id" uuid NOT NULL,
	"source" text NOT NULL,
	"entries" integer DEFAULT 0 NOT NULL,
	"client_ids" uuid[] DEFAULT '{}' NOT NULL,
	"project_ids" uuid[] DEFAULT '{}' NOT NULL,
	"task_ids" uuid[] DEFAULT '{}' NOT NULL,
	"tag_ids" uuid[] DEFAULT '{}' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "imports_by_owner" ON "imports" USING btree ("owner_id","created_at","id");
--> statement-breakpoint
-- Together with its column, so that no row is looked at. The index is made in 0054_valid_references.sql, while requests go on.
ALTER TABLE "time_entries" ADD COLUMN "import_id" uuid
  CONSTRAINT "time_entries_import_id_imports_id_fk" REFERENCES "public"."imports"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
-- The ids of the records of one kind among p_made.
CREATE FUNCTION made_ids(p_made jsonb, p_kind text) RETURNS uuid[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg((one->>'id')::uuid), '{}') FROM jsonb_array_elements(p_made) AS one WHERE one->>'kind' = p_kind;
$$;
--> statement-breakpoint
-- Adds entries of p_actor's that come from p_source, each on its own, and makes the clients, projects, tasks and tags that they name
-- and that are missing; the import p_import takes note of both. An entry is billable as its project is where is_billable is null. What came before under the same key is left alone, also if it was changed or deleted since. A row comes
-- back for each: `code` is null for what was added, `known` for what was there, and the SQLSTATE of what stopped it else. p_rows is
--
--   [{"row": …, "key": …, "id": …, "description": …, "client": …, "project": …, "task": …, "tags": […], "kind": …,
--     "is_billable": …, "planned_seconds": …, and "started_at", "ended_at" or "local_start", "local_end", "seconds"}]
CREATE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb, p_import uuid)
RETURNS TABLE (line int, code text, message text, starts timestamptz(3), ends timestamptz(3), made text[])
LANGUAGE plpgsql AS $$
DECLARE
  v jsonb;
  v_zone text;
  v_no_overlap boolean;
  v_entry uuid;
  v_client uuid;
  v_project uuid;
  v_task uuid;
  v_tag uuid;
  v_tags uuid[];
  v_name text;
  is_new boolean;
  is_known boolean;
  v_added int := 0;
  v_made jsonb;
  v_all jsonb := '[]';
BEGIN
  PERFORM lock_time(p_actor);
  SELECT coalesce(p_zone, s.timezone, 'UTC'), NOT coalesce(s.allow_overlap, true) INTO v_zone, v_no_overlap
    FROM (SELECT) AS nobody LEFT JOIN time_settings s ON s.user_id = p_actor;
  -- What is known is asked for once, so that it costs the same however much there is.
  FOR v, is_known IN
    SELECT r.value, came.id IS NOT NULL OR here.id IS NOT NULL
      FROM jsonb_array_elements(p_rows) WITH ORDINALITY AS r
      LEFT JOIN time_entries came
        ON came.owner_id = p_actor AND came.source = p_source AND came.external_id = r.value->>'key'
      LEFT JOIN time_entries here ON here.owner_id = p_actor AND here.id = (r.value->>'id')::uuid
     ORDER BY r.ordinality
  LOOP
    line := v->>'row';
    code := NULL;
    message := NULL;
    starts := NULL;
    ends := NULL;
    made := '{}';
    v_client := NULL;
    v_project := NULL;
    v_task := NULL;
    v_tags := '{}';
    v_made := '[]';
    BEGIN
      IF is_known THEN
        code := 'known';
      ELSE
        IF v->>'local_start' IS NULL THEN
          starts := v->>'started_at';
          ends := v->>'ended_at';
        ELSE
          SELECT t.starts, t.ends INTO starts, ends
            FROM imported_times((v->>'local_start')::timestamp, (v->>'local_end')::timestamp, (v->>'seconds')::float8, v_zone) t;
        END IF;
        PERFORM demand(ends IS NOT NULL, 'PT004', 'It has no end.'),
                demand(ends >= starts, 'PT004', 'It ends before it starts.'),
                demand(ends <= now() + interval '5 minutes', 'PT004', 'It ends over five minutes ahead.');
        IF v->>'client' IS NOT NULL THEN
          SELECT i.id, i.is_new INTO v_client, is_new FROM imported_client(p_actor, v->>'client') i;
          IF is_new THEN
            made := made || 'clients'::text;
            v_made := v_made || jsonb_build_object('kind', 'clients', 'id', v_client);
          END IF;
        END IF;
        IF v->>'project' IS NOT NULL THEN
          SELECT i.id, i.is_new INTO v_project, is_new FROM imported_project(p_actor, v->>'project', v_client, v->>'client') i;
          IF is_new THEN
            made := made || 'projects'::text;
            v_made := v_made || jsonb_build_object('kind', 'projects', 'id', v_project);
          END IF;
        END IF;
        IF v->>'task' IS NOT NULL THEN
          SELECT i.id, i.is_new INTO v_task, is_new FROM imported_task(p_actor, v->>'task', v_project) i;
          IF is_new THEN
            made := made || 'tasks'::text;
            v_made := v_made || jsonb_build_object('kind', 'tasks', 'id', v_task);
          END IF;
        END IF;
        FOR v_name IN SELECT value FROM jsonb_array_elements_text(v->'tags') LOOP
          SELECT i.id, i.is_new INTO v_tag, is_new FROM imported_tag(p_actor, v_name) i;
          v_tags := v_tags || v_tag;
          IF is_new THEN
            made := made || 'tags'::text;
            v_made := v_made || jsonb_build_object('kind', 'tags', 'id', v_tag);
          END IF;
        END LOOP;
        INSERT INTO time_entries (owner_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds,
                                  is_billable, source, external_id, import_id, no_overlap)
        VALUES (p_actor, v_project, v_task, v->>'description', starts, ends, v->>'kind', (v->>'planned_seconds')::int,
                coalesce((v->>'is_billable')::boolean, is_billable_by_default(v_project)), p_source, v->>'key', p_import,
                v_no_overlap)
        RETURNING id INTO v_entry;
        INSERT INTO time_entry_tags (entry_id, tag_id) SELECT v_entry, unnest(v_tags) ON CONFLICT DO NOTHING;
        v_added := v_added + 1;
        v_all := v_all || v_made;
      END IF;
    EXCEPTION
      WHEN SQLSTATE 'PT004' OR unique_violation OR exclusion_violation THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        made := '{}';
    END;
    RETURN NEXT;
  END LOOP;
  UPDATE imports
     SET entries = entries + v_added,
         client_ids = client_ids || made_ids(v_all, 'clients'), project_ids = project_ids || made_ids(v_all, 'projects'),
         task_ids = task_ids || made_ids(v_all, 'tasks'), tag_ids = tag_ids || made_ids(v_all, 'tags')
   WHERE id = p_import AND v_added > 0;
END;
$$;
--> statement-breakpoint
-- The same for a Worker of the release before, whose imports cannot be taken back.
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb)
RETURNS TABLE (line int, code text, message text, starts timestamptz(3), ends timestamptz(3), made text[])
LANGUAGE sql AS $$
  SELECT * FROM import_time_entries(p_actor, p_source, p_zone, p_rows, NULL);
$$;
--> statement-breakpoint
-- Removes those of p_ids from a table of p_owner's records that were not changed since they were made and that p_used, a condition
-- on `r`, does not find in use; none if one of them is used before the removal ends. Returns how many it removed.
CREATE FUNCTION remove_unused(p_owner uuid, p_table text, p_ids uuid[], p_used text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  v_count int;
BEGIN
  EXECUTE format('DELETE FROM %I r WHERE id = ANY ($1) AND owner_id = $2 AND version = 1 AND NOT (%s)', p_table, p_used)
    USING p_ids, p_owner;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
EXCEPTION WHEN foreign_key_violation THEN
  RETURN 0;
END;
$$;
--> statement-breakpoint
-- Takes an import of p_actor's back: removes the entries that it brought and that were not changed since, and what it made for them
-- and is in no use. What was changed stays, and its ids come back if it was not deleted. The same file can be imported again then.
--
--   PT005  there is no such import
CREATE FUNCTION undo_import(p_actor uuid, p_import uuid)
RETURNS TABLE (removed int, kept uuid[], clients int, projects int, tasks int, tags int)
LANGUAGE plpgsql AS $$
DECLARE
  known imports;
BEGIN
  PERFORM lock_time(p_actor);
  SELECT * INTO known FROM imports WHERE id = p_import AND owner_id = p_actor FOR UPDATE;
  PERFORM demand(FOUND, 'PT005', 'There is no such import.');
  DELETE FROM time_entries WHERE import_id = p_import AND owner_id = p_actor AND version = 1;
  GET DIAGNOSTICS removed = ROW_COUNT;
  kept := ARRAY (SELECT id FROM time_entries WHERE import_id = p_import AND NOT is_deleted ORDER BY started_at, id);
  tags := remove_unused(p_actor, 'tags', known.tag_ids,
    'EXISTS (SELECT FROM time_entry_tags WHERE tag_id = r.id) OR EXISTS (SELECT FROM goals WHERE tag_id = r.id)');
  tasks := remove_unused(p_actor, 'tasks', known.task_ids,
    'EXISTS (SELECT FROM time_entries WHERE task_id = r.id) OR EXISTS (SELECT FROM goals WHERE task_id = r.id)');
  projects := remove_unused(p_actor, 'projects', known.project_ids,
    'EXISTS (SELECT FROM time_entries WHERE project_id = r.id) OR EXISTS (SELECT FROM tasks WHERE project_id = r.id)
     OR EXISTS (SELECT FROM goals WHERE project_id = r.id) OR EXISTS (SELECT FROM activity_rules WHERE project_id = r.id)');
  clients := remove_unused(p_actor, 'clients', known.client_ids,
    'EXISTS (SELECT FROM projects WHERE client_id = r.id) OR EXISTS (SELECT FROM goals WHERE client_id = r.id)');
  DELETE FROM imports WHERE id = p_import;
  RETURN NEXT;
END;
$$;
