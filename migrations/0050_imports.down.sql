DROP FUNCTION undo_import(uuid, uuid);
--> statement-breakpoint
DROP FUNCTION remove_unused(uuid, text, uuid[], text);
--> statement-breakpoint
-- Adds entries of p_actor's that come from p_source, each on its own, and makes the clients, projects, tasks and tags that they name
-- and that are missing. What came before under the same key is left alone, also if it was changed or deleted since. A row comes
-- back for each: `code` is null for what was added, `known` for what was there, and the SQLSTATE of what stopped it else. p_rows is
--
--   [{"row": …, "key": …, "id": …, "description": …, "client": …, "project": …, "task": …, "tags": […], "kind": …,
--     "is_billable": …, "planned_seconds": …, and "started_at", "ended_at" or "local_start", "local_end", "seconds"}]
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb)
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
          made := made || CASE WHEN is_new THEN '{clients}' ELSE '{}' END::text[];
        END IF;
        IF v->>'project' IS NOT NULL THEN
          SELECT i.id, i.is_new INTO v_project, is_new FROM imported_project(p_actor, v->>'project', v_client, v->>'client') i;
          made := made || CASE WHEN is_new THEN '{projects}' ELSE '{}' END::text[];
        END IF;
        IF v->>'task' IS NOT NULL THEN
          SELECT i.id, i.is_new INTO v_task, is_new FROM imported_task(p_actor, v->>'task', v_project) i;
          made := made || CASE WHEN is_new THEN '{tasks}' ELSE '{}' END::text[];
        END IF;
        FOR v_name IN SELECT value FROM jsonb_array_elements_text(v->'tags') LOOP
          SELECT i.id, i.is_new INTO v_tag, is_new FROM imported_tag(p_actor, v_name) i;
          v_tags := v_tags || v_tag;
          made := made || CASE WHEN is_new THEN '{tags}' ELSE '{}' END::text[];
        END LOOP;
        INSERT INTO time_entries (owner_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds,
                                  is_billable, source, external_id, no_overlap)
        VALUES (p_actor, v_project, v_task, v->>'description', starts, ends, v->>'kind', (v->>'planned_seconds')::int,
                (v->>'is_billable')::boolean, p_source, v->>'key', v_no_overlap)
        RETURNING id INTO v_entry;
        INSERT INTO time_entry_tags (entry_id, tag_id) SELECT v_entry, unnest(v_tags) ON CONFLICT DO NOTHING;
      END IF;
    EXCEPTION
      WHEN SQLSTATE 'PT004' OR unique_violation OR exclusion_violation THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        made := '{}';
    END;
    RETURN NEXT;
  END LOOP;
END;
$$;
--> statement-breakpoint
DROP FUNCTION import_time_entries(uuid, text, text, jsonb, uuid);
--> statement-breakpoint
DROP FUNCTION made_ids(jsonb, text);
--> statement-breakpoint
ALTER TABLE "time_entries" DROP COLUMN "import_id";
--> statement-breakpoint
DROP TABLE "imports";
