-- Imports for a Worker of an earlier release, whose imports can't be undone: calls the function with five parameters,
-- without an import.
--
-- Parameters
--   p_actor   the owner
--   p_source  the program that exported the entries
--   p_zone    the zone of local times; null for the owner's zone
--   p_rows    the entries
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb)
RETURNS TABLE (line int, code text, message text, starts timestamptz(3), ends timestamptz(3), made text[])
LANGUAGE sql AS $$
  SELECT * FROM import_time_entries(p_actor, p_source, p_zone, p_rows, NULL);
$$;
--> statement-breakpoint
-- Adds time entries that another program exported, and creates the clients, projects, tasks and tags that they name
-- and that are missing. The row of imports records both. It handles all rows together, so that the time for each row
-- is about the same, no matter how many rows there are. A null is_billable follows the project. An entry with a day
-- and no time of day takes the first free time of that day. An entry that was imported before under its key, or under
-- one of its former keys, is left unchanged, even if it was changed or deleted since. Returns one row for each entry:
-- `code` is null for an added entry, `known` for one that was imported before, and otherwise the SQLSTATE of its
-- error; `made` has the kinds of the records of which it is the first user.
--
-- Parameters
--   p_actor   the owner
--   p_source  the program that exported the entries
--   p_zone    the zone of local times; null for the owner's zone
--   p_rows    the entries, in this form
--     [{"row": …, "key": …, "former_keys": […], "id": …, "description": …, "client": …, "project": …, "task": …, "tags": […], "kind": …,
--       "is_billable": …, "planned_seconds": …, "seconds": …, and "started_at", "ended_at", or "local_start", "local_end" and
--       "is_end_dated", or "day"}]
--   p_import  the row of imports that records the created entries and records, or null
--
-- Raises
--   PT004  is never raised, but returned as `code`: the times are wrong, or the account has no room for a record
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb, p_import uuid)
RETURNS TABLE (line int, code text, message text, starts timestamptz(3), ends timestamptz(3), made text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_zone text;
  -- One element for each row, in order.
  v_rows jsonb[];
  v_codes text[];
  v_messages text[];
  v_starts timestamptz(3)[];
  v_ends timestamptz(3)[];
  v_entries uuid[];
  v_clients uuid[];
  v_projects uuid[];
  v_tasks uuid[];
  v_refusals text[];
  v_names text[];
  -- One element for each of v_names, once that has the names of tags.
  v_tags uuid[];
  v_refusal text;
  v_new_clients uuid[];
  v_new_projects uuid[];
  v_new_tasks uuid[];
  v_new_tags uuid[];
  v_n int;
  v_day date;
  v_last_day date;
  v_length interval;
  v_free tstzmultirange;
  v_has_days boolean := false;
  v_added uuid[];
  -- The created records that are in use, the kind of each, and the first row that uses it.
  v_made uuid[];
  v_kinds text[];
  v_users bigint[];
BEGIN
  PERFORM lock_time(p_actor);
  SELECT coalesce(p_zone, s.timezone, 'UTC') INTO v_zone
    FROM (SELECT) AS one_row LEFT JOIN time_settings s ON s.user_id = p_actor;

  -- Each row is looked up once, so that its cost does not depend on the number of known entries.
  SELECT array_agg(r.value ORDER BY r.n), array_agg(gen_random_uuid()),
         array_agg(CASE WHEN is_known THEN 'known' WHEN problem IS NOT NULL THEN 'PT004' END ORDER BY r.n),
         array_agg(problem ORDER BY r.n), array_agg(t.starts ORDER BY r.n), array_agg(t.ends ORDER BY r.n)
    INTO v_rows, v_entries, v_codes, v_messages, v_starts, v_ends
    FROM jsonb_array_elements(p_rows) WITH ORDINALITY AS r (value, n)
    -- By index for each row: without statistics, the planner would otherwise read all of the owner's entries each time.
    LEFT JOIN LATERAL (SELECT e.id FROM time_entries e
                        WHERE e.owner_id = p_actor AND e.source = p_source
                          AND e.external_id = ANY ((r.value->>'key') || ARRAY (SELECT jsonb_array_elements_text(r.value->'former_keys')))
                        LIMIT 1) AS came ON true
    LEFT JOIN LATERAL (SELECT e.id, e.owner_id FROM time_entries e
                        WHERE e.id = (r.value->>'id')::uuid LIMIT 1) AS here ON here.owner_id = p_actor
   CROSS JOIN LATERAL (SELECT came.id IS NOT NULL OR here.id IS NOT NULL AS is_known) AS k
    LEFT JOIN LATERAL (
      SELECT s.starts, s.ends
        FROM imported_span((r.value->>'local_start')::timestamp, (r.value->>'local_end')::timestamp,
                           coalesce((r.value->>'is_end_dated')::boolean, true), (r.value->>'seconds')::float8, v_zone) AS s
       WHERE NOT is_known AND r.value->>'local_start' IS NOT NULL
      UNION ALL
      SELECT (r.value->>'started_at')::timestamptz, (r.value->>'ended_at')::timestamptz
       WHERE NOT is_known AND r.value->>'started_at' IS NOT NULL) AS t ON true
    LEFT JOIN LATERAL (
      SELECT problem_of_times(t.starts, t.ends, (r.value->>'seconds')::float8) AS problem
       WHERE NOT is_known AND r.value->>'day' IS NULL) AS p ON true;
  IF v_rows IS NULL THEN
    RETURN;
  END IF;

  v_names := import_field(v_rows, v_codes, 'client');
  SELECT i.ids, i.made, i.refusal INTO v_clients, v_new_clients, v_refusal FROM import_named(p_actor, 'clients', v_names) i;
  SELECT s.p_codes, s.p_messages INTO v_codes, v_messages
    FROM stop_unnamed(v_names, v_clients, array_fill(v_refusal, ARRAY[cardinality(v_rows)]), v_codes, v_messages) s;

  v_names := import_field(v_rows, v_codes, 'project');
  SELECT i.ids, i.made, i.refusals INTO v_projects, v_new_projects, v_refusals
    FROM import_projects(p_actor, v_names, import_field(v_rows, v_codes, 'client'), v_clients) i;
  SELECT s.p_codes, s.p_messages INTO v_codes, v_messages
    FROM stop_unnamed(v_names, v_projects, v_refusals, v_codes, v_messages) s;

  v_names := import_field(v_rows, v_codes, 'task');
  SELECT i.ids, i.made, i.refusal INTO v_tasks, v_new_tasks, v_refusal FROM import_tasks(p_actor, v_names, v_projects) i;
  SELECT s.p_codes, s.p_messages INTO v_codes, v_messages
    FROM stop_unnamed(v_names, v_tasks, array_fill(v_refusal, ARRAY[cardinality(v_rows)]), v_codes, v_messages) s;

  -- Each tag once, as it is spelled.
  SELECT coalesce(array_agg(tag), '{}') INTO v_names
    FROM (SELECT tag FROM unnest(v_rows, v_codes) WITH ORDINALITY AS r (value, code, n),
                          jsonb_array_elements_text(r.value->'tags') WITH ORDINALITY AS t (tag, m)
           WHERE code IS NULL GROUP BY tag ORDER BY min(ARRAY[n, m])) AS tags;
  SELECT coalesce(i.ids, '{}'), i.made, i.refusal INTO v_tags, v_new_tags, v_refusal FROM import_named(p_actor, 'tags', v_names) i;
  IF array_position(v_tags, NULL) IS NOT NULL THEN
    SELECT array_agg(CASE WHEN lacking AND code IS NULL THEN CASE WHEN v_refusal IS NULL THEN '23505' ELSE 'PT004' END ELSE code END ORDER BY n),
           array_agg(CASE WHEN lacking AND code IS NULL THEN v_refusal ELSE message END ORDER BY n)
      INTO v_codes, v_messages
      FROM unnest(v_rows, v_codes, v_messages) WITH ORDINALITY AS r (value, code, message, n),
           LATERAL (SELECT r.value->'tags' ?| ARRAY (
             SELECT name FROM unnest(v_names, v_tags) AS t (name, id) WHERE id IS NULL) AS lacking) AS l;
  END IF;

  SELECT a.p_codes, a.p_messages, a.added INTO v_codes, v_messages, v_added
    FROM add_imported(p_actor, p_source, p_import, v_rows, v_entries, v_starts, v_ends, v_projects, v_tasks, v_codes, v_messages) a;

  -- Then the entries with only a day, next to all the others.
  FOR v_n, v_day, v_length IN
    SELECT n, (value->>'day')::date, make_interval(secs => (value->>'seconds')::float8)
      FROM unnest(v_rows, v_codes) WITH ORDINALITY AS r (value, code, n)
     WHERE code IS NULL AND value->>'day' IS NOT NULL ORDER BY 2, 1
  LOOP
    IF v_day IS DISTINCT FROM v_last_day THEN
      v_free := free_time(p_actor, v_day, v_zone);
      v_last_day := v_day;
    END IF;
    v_starts[v_n] := (SELECT lower(gap) FROM unnest(v_free) AS gap WHERE upper(gap) - lower(gap) >= v_length ORDER BY 1 LIMIT 1);
    v_ends[v_n] := v_starts[v_n] + v_length;
    v_messages[v_n] := CASE WHEN v_starts[v_n] IS NULL THEN 'start: has no time of day, and no free time on that day is long enough'
                            ELSE problem_of_times(v_starts[v_n], v_ends[v_n], NULL) END;
    IF v_messages[v_n] IS NOT NULL THEN
      v_codes[v_n] := 'PT004';
    ELSE
      v_free := v_free - tstzmultirange(tstzrange(v_starts[v_n], v_ends[v_n]));
      v_has_days := true;
    END IF;
  END LOOP;
  IF v_has_days THEN
    SELECT a.p_codes, a.p_messages, v_added || a.added INTO v_codes, v_messages, v_added
      FROM add_imported(p_actor, p_source, p_import, v_rows, v_entries,
        ARRAY (SELECT CASE WHEN value->>'day' IS NOT NULL THEN starts END
                 FROM unnest(v_rows, v_starts) WITH ORDINALITY AS r (value, starts, n) ORDER BY n),
        v_ends, v_projects, v_tasks, v_codes, v_messages) a;
  END IF;

  SELECT u.made, u.kinds, u.users INTO v_made, v_kinds, v_users
    FROM tag_imported(v_rows, v_entries, v_added, v_names, v_tags, v_clients, v_projects, v_tasks,
                      v_new_clients, v_new_projects, v_new_tasks, v_new_tags) u;
  -- Records that were created for rows that failed.
  DELETE FROM tags WHERE id IN (SELECT unnest(v_new_tags) EXCEPT SELECT unnest(v_made));
  DELETE FROM tasks WHERE id IN (SELECT unnest(v_new_tasks) EXCEPT SELECT unnest(v_made));
  DELETE FROM projects WHERE id IN (SELECT unnest(v_new_projects) EXCEPT SELECT unnest(v_made));
  DELETE FROM clients WHERE id IN (SELECT unnest(v_new_clients) EXCEPT SELECT unnest(v_made));
  UPDATE imports
     SET entries = entries + cardinality(v_added),
         client_ids = client_ids || of_kind(v_made, v_kinds, 'clients'), project_ids = project_ids || of_kind(v_made, v_kinds, 'projects'),
         task_ids = task_ids || of_kind(v_made, v_kinds, 'tasks'), tag_ids = tag_ids || of_kind(v_made, v_kinds, 'tags')
   WHERE id = p_import AND v_added <> '{}';
  RETURN QUERY
    SELECT (r.value->>'row')::int, r.code, r.message, r.starts, r.ends, coalesce(m.kinds, '{}')
      FROM unnest(v_rows, v_codes, v_messages, v_starts, v_ends) WITH ORDINALITY AS r (value, code, message, starts, ends, n)
      LEFT JOIN (SELECT first.n, array_agg(kind) AS kinds FROM unnest(v_kinds, v_users) AS first (kind, n) GROUP BY 1) AS m USING (n)
     ORDER BY r.n;
END;
$$;
