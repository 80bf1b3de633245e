-- Imports for a Worker of an earlier release, whose imports can't be undone: calls the function with five parameters
-- without an import.
--
-- Parameters
--   p_actor   the owner
--   p_source  the program that exported the entries
--   p_zone    the zone of local times; null for the owner's
--   p_rows    the entries
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb)
RETURNS TABLE (line int, code text, message text, starts timestamptz(3), ends timestamptz(3), made text[])
LANGUAGE sql AS $$
  SELECT * FROM import_time_entries(p_actor, p_source, p_zone, p_rows, NULL);
$$;
--> statement-breakpoint
-- Adds time entries that another program exported, each on its own, and makes the clients, projects, tasks and tags
-- that they name and that are missing. The import notes both. A null is_billable follows the project. An entry that
-- came before under its key is left alone, even if it was changed or deleted since. Returns a row for each: `code` is
-- null for an added entry, `known` for one that came before, and otherwise the SQLSTATE that stopped it.
--
-- Parameters
--   p_actor   the owner
--   p_source  the program that exported the entries
--   p_zone    the zone of local times; null for the owner's
--   p_rows    the entries, in this form
--     [{"row": …, "key": …, "id": …, "description": …, "client": …, "project": …, "task": …, "tags": […], "kind": …,
--       "is_billable": …, "planned_seconds": …, and "started_at", "ended_at" or "local_start", "local_end", "seconds"}]
--   p_import  the row of imports that notes what was made, or null
--
-- Raises
--   PT004  is never raised, but returned as `code`: the entry has no end, ends before it starts, or ends ahead of now
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb, p_import uuid)
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
