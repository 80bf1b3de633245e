-- The ids of the records of one kind among p_made.
CREATE FUNCTION made_ids(p_made jsonb, p_kind text) RETURNS uuid[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg((one->>'id')::uuid), '{}') FROM jsonb_array_elements(p_made) AS one WHERE one->>'kind' = p_kind;
$$;
--> statement-breakpoint
-- The record of p_owner's with p_name, without regard to case, or a new one: of a client.
CREATE FUNCTION imported_client(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.id, false INTO id, is_new FROM clients c
   WHERE c.owner_id = p_owner AND fold_case(c.name) = fold_case(p_name) AND NOT c.is_deleted
   ORDER BY c.name = p_name DESC, c.created_at, c.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO clients (owner_id, name) VALUES (p_owner, p_name) RETURNING clients.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
-- The project of p_owner's with p_name, without regard to case, or a new one. Elsewhere projects of two clients may share a name: the second
-- is called "name (client)" here. Where that is over 100 UTF-16 units, as requests count, the row is refused; earlier releases cut
-- the name, and their projects are found by it.
CREATE FUNCTION imported_project(p_owner uuid, p_name text, p_client uuid, p_client_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v_full text := p_name || ' (' || p_client_name || ')';
  v_name text := p_name;
BEGIN
  SELECT p.id, false INTO id, is_new
    FROM (VALUES (p_name, 1, false), (v_full, 2, false), (left(v_full, 100), 3, true)) AS wanted (name, place, is_cut)
    JOIN projects p ON p.owner_id = p_owner AND fold_case(p.name) = fold_case(wanted.name) AND NOT p.is_deleted
   WHERE p.client_id = p_client OR NOT is_cut AND (p_client IS NULL OR p.client_id IS NULL)
   ORDER BY place, p.name = wanted.name DESC, p.created_at, p.id LIMIT 1;
  IF FOUND THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM projects p WHERE p.owner_id = p_owner AND fold_case(p.name) = fold_case(p_name) AND NOT p.is_deleted) THEN
    v_name := v_full;
    PERFORM demand(char_length(v_name) + char_length(regexp_replace(v_name, '[\u0001-\uFFFF]', '', 'g')) <= 100, 'PT004',
                   'The project has the name of another client''s, and "project (client)" is over 100 characters. Rename one of the two.');
  END IF;
  INSERT INTO projects (owner_id, client_id, color, name)
  VALUES (p_owner, p_client, '#1f77b4', v_name)
  RETURNING projects.id, true INTO id, is_new;
END;
$$;
--> statement-breakpoint
CREATE FUNCTION imported_task(p_owner uuid, p_name text, p_project uuid, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tasks t
   WHERE t.owner_id = p_owner AND t.project_id IS NOT DISTINCT FROM p_project AND fold_case(t.name) = fold_case(p_name) AND NOT t.is_deleted
   ORDER BY t.name = p_name DESC, t.created_at, t.id LIMIT 1 FOR KEY SHARE;
  IF NOT FOUND THEN
    INSERT INTO tasks (owner_id, project_id, name) VALUES (p_owner, p_project, p_name) RETURNING tasks.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
CREATE FUNCTION imported_tag(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tags t
   WHERE t.owner_id = p_owner AND fold_case(t.name) = fold_case(p_name) AND NOT t.is_deleted
   ORDER BY t.name = p_name DESC, t.created_at, t.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO tags (owner_id, name) VALUES (p_owner, p_name) RETURNING tags.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
-- When an entry began and ended that another program tells the local times of. Where clocks show a time twice, that of the two
-- is meant from which the given length leads to the given end; without one, the later. A length that does not fit the times was
-- rounded there, and says nothing.
CREATE FUNCTION imported_times(p_start timestamp, p_end timestamp, p_seconds float8, p_zone text, OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT candidate,
         CASE WHEN p_end IS NULL OR fits THEN candidate + make_interval(secs => p_seconds) ELSE p_end AT TIME ZONE (':' || p_zone) END
    FROM generate_series(0, 2) AS step,
         LATERAL (SELECT (p_start AT TIME ZONE (':' || p_zone)) - step * interval '30 minutes' AS candidate) AS candidates,
         LATERAL (SELECT coalesce((candidate + make_interval(secs => p_seconds)) AT TIME ZONE (':' || p_zone) = p_end, false) AS fits) AS fit
   WHERE step = 0 OR candidate AT TIME ZONE (':' || p_zone) = p_start
   ORDER BY fits DESC, step
   LIMIT 1;
$$;
--> statement-breakpoint
-- Adds entries of p_actor's that come from p_source, each on its own, and makes the clients, projects, tasks and tags that they name
-- and that are missing; the import p_import takes note of both. An entry is billable as its project is where is_billable is null. What came before under the same key is left alone, also if it was changed or deleted since. A row comes
-- back for each: `code` is null for what was added, `known` for what was there, and the SQLSTATE of what stopped it else. p_rows is
--
--   [{"row": …, "key": …, "id": …, "description": …, "client": …, "project": …, "task": …, "tags": […], "kind": …,
--     "is_billable": …, "planned_seconds": …, and "started_at", "ended_at" or "local_start", "local_end", "seconds"}]
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
--> statement-breakpoint
DROP FUNCTION of_kind(uuid[], text[], text);
--> statement-breakpoint
DROP FUNCTION tag_imported(jsonb[], uuid[], uuid[], text[], uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], uuid[], uuid[]);
--> statement-breakpoint
DROP FUNCTION add_imported(uuid, text, uuid, jsonb[], uuid[], timestamptz[], timestamptz[], uuid[], uuid[], text[], text[]);
--> statement-breakpoint
DROP FUNCTION stop_unnamed(text[], uuid[], text[], text[], text[]);
--> statement-breakpoint
DROP FUNCTION import_field(jsonb[], text[], text);
--> statement-breakpoint
DROP FUNCTION free_time(uuid, date, text);
--> statement-breakpoint
DROP FUNCTION problem_of_times(timestamptz, timestamptz, float8);
--> statement-breakpoint
DROP FUNCTION imported_span(timestamp, timestamp, boolean, float8, text);
--> statement-breakpoint
DROP FUNCTION instants_of(timestamp, text);
--> statement-breakpoint
DROP FUNCTION import_tasks(uuid, text[], uuid[]);
--> statement-breakpoint
DROP FUNCTION import_projects(uuid, text[], text[], uuid[]);
--> statement-breakpoint
DROP FUNCTION import_named(uuid, text, text[]);
--> statement-breakpoint
DROP FUNCTION room_for(uuid, text);
--> statement-breakpoint
-- Refuses records of a kind beyond the most that an account may have, deleted ones included, since these are kept too. The
-- arguments are the most and what the records are called. Those who add to the same account take turns.
CREATE OR REPLACE FUNCTION bound_kind() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := TG_ARGV[0];
  v_owner uuid;
  v_count int;
BEGIN
  FOR v_owner IN SELECT DISTINCT owner_id FROM added ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME || ' of ' || v_owner, 0));
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE owner_id = $1 LIMIT $2) AS found', TG_TABLE_NAME)
       INTO v_count USING v_owner, v_most + 1;
    IF v_count > v_most THEN
      RAISE EXCEPTION 'An account can have % % at most, deleted ones included. Rename or restore one that you have.', v_most, TG_ARGV[1]
        USING ERRCODE = 'PT004';
    END IF;
  END LOOP;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
DROP FUNCTION over_quota(int, text);
