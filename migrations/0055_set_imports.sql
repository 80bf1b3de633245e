-- What the refusal of a record beyond the most that an account may have says.
CREATE FUNCTION over_quota(p_most int, p_label text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT format('An account can have %s %s at most, deleted ones included. Rename or restore one that you have.', p_most, p_label);
$$;
--> statement-breakpoint
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
    PERFORM demand(v_count <= v_most, 'PT004', over_quota(v_most, TG_ARGV[1]));
  END LOOP;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
-- Returns how many more records of p_table an account may have by its trigger bound_kind, and what the refusal of one more says. Other
-- transactions add none until this one ends.
CREATE FUNCTION room_for(p_owner uuid, p_table text, OUT room int, OUT refusal text)
LANGUAGE plpgsql AS $$
DECLARE
  v_arguments text;
  v_most int;
  v_count int;
BEGIN
  SELECT encode(tgargs, 'escape') INTO STRICT v_arguments
    FROM pg_trigger WHERE tgrelid = p_table::regclass AND tgname = 'bound_kind';
  v_most := split_part(v_arguments, '\000', 1);
  PERFORM pg_advisory_xact_lock(hashtextextended(p_table || ' of ' || p_owner, 0));
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE owner_id = $1 LIMIT $2) AS found', p_table)
     INTO v_count USING p_owner, v_most;
  room := v_most - v_count;
  refusal := over_quota(v_most, split_part(v_arguments, '\000', 2));
END;
$$;
--> statement-breakpoint
-- Finds p_owner's records of p_table, clients or tags, by p_names, without regard to case, and makes those that are missing, the first
-- ones if there is room for some only. ids has one for each of p_names, in order: null for none, for which refusal is the reason, if
-- there is no room.
CREATE FUNCTION import_named(p_owner uuid, p_table text, p_names text[], OUT ids uuid[], OUT made uuid[], OUT refusal text)
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
  v_room int;
  v_find text := format('
    SELECT array_agg(found.id ORDER BY w.n)
      FROM unnest($2) WITH ORDINALITY AS w (name, n)
      LEFT JOIN (
        SELECT DISTINCT ON (w.n) w.n, r.id
          FROM unnest($2) WITH ORDINALITY AS w (name, n)
          JOIN %I r ON r.owner_id = $1 AND fold_case(r.name) = fold_case(w.name) AND NOT r.is_deleted
         ORDER BY w.n, r.name = w.name DESC, r.created_at, r.id) AS found ON found.n = w.n', p_table);
BEGIN
  made := '{}';
  EXECUTE v_find INTO ids USING p_owner, p_names;
  IF NOT EXISTS (SELECT FROM unnest(p_names, ids) AS w (name, id) WHERE w.name IS NOT NULL AND w.id IS NULL) THEN
    RETURN;
  END IF;
  SELECT r.room, r.refusal INTO v_room, refusal FROM room_for(p_owner, p_table) r;
  EXECUTE format('
    WITH missing AS (
      SELECT DISTINCT ON (fold_case(w.name)) w.name, w.n
        FROM unnest($2, $3) WITH ORDINALITY AS w (name, id, n)
       WHERE w.name IS NOT NULL AND w.id IS NULL
       ORDER BY fold_case(w.name), w.n
    ), new AS (
      INSERT INTO %I (owner_id, name) SELECT $1, name FROM missing ORDER BY n LIMIT $4
      ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT coalesce(array_agg(id), ''{}'') FROM new', p_table) INTO made USING p_owner, p_names, ids, v_room;
  EXECUTE v_find INTO ids USING p_owner, p_names;
END;
$$;
--> statement-breakpoint
-- Finds p_owner's projects by p_names, without regard to case, of the clients p_clients, and makes those that are missing. Elsewhere
-- projects of two clients may share a name: the second is called "name (client)" here. Where that is over 100 UTF-16 units, as requests
-- count, there is a refusal; earlier releases cut the name, and their projects are found by it. ids and refusals have one for each of
-- p_names, in order. No project that is found is deleted until the transaction ends.
CREATE FUNCTION import_projects(p_owner uuid, p_names text[], p_clients text[], p_client_ids uuid[],
                                OUT ids uuid[], OUT made uuid[], OUT refusals text[])
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
  v_room int;
  v_refusal text;
  v_new uuid[];
BEGIN
  made := '{}';
  -- A name is lost to another client's project at most twice: the plain one, and the one with the client.
  FOR round IN 1..4 LOOP
    WITH wanted AS MATERIALIZED (
      SELECT w.n, w.client_id, v.place, v.name, fold_case(v.name) AS folded
        FROM unnest(p_names, p_clients, p_client_ids) WITH ORDINALITY AS w (name, client, client_id, n),
             LATERAL (VALUES (1, w.name), (2, w.name || ' (' || w.client || ')'), (3, left(w.name || ' (' || w.client || ')', 100)))
                  AS v (place, name)
       WHERE v.name IS NOT NULL
    ), live AS MATERIALIZED (
      SELECT p.id, p.client_id, p.name, p.created_at FROM projects p
       WHERE p.owner_id = p_owner AND NOT p.is_deleted AND fold_case(p.name) IN (SELECT folded FROM wanted)
       ORDER BY p.id FOR SHARE
    ), found AS (
      SELECT DISTINCT ON (w.n) w.n, p.id
        FROM wanted w JOIN live p ON fold_case(p.name) = w.folded
       WHERE p.client_id = w.client_id OR w.place < 3 AND (w.client_id IS NULL OR p.client_id IS NULL)
       ORDER BY w.n, w.place, p.name = w.name DESC, p.created_at, p.id
    )
    SELECT array_agg(found.id ORDER BY w.n) INTO ids
      FROM unnest(p_names) WITH ORDINALITY AS w (name, n) LEFT JOIN found ON found.n = w.n;
    EXIT WHEN NOT EXISTS (SELECT FROM unnest(p_names, ids) AS w (name, id) WHERE w.name IS NOT NULL AND w.id IS NULL);
    SELECT r.room, r.refusal INTO v_room, v_refusal FROM room_for(p_owner, 'projects') r;
    WITH taken AS MATERIALIZED (
      SELECT fold_case(p.name) AS folded FROM projects p WHERE p.owner_id = p_owner AND NOT p.is_deleted
    ), missing AS (
      SELECT w.n, w.client_id,
             CASE WHEN fold_case(w.name) IN (SELECT folded FROM taken) THEN w.name || ' (' || w.client || ')' ELSE w.name END AS name
        FROM unnest(p_names, p_clients, p_client_ids, ids) WITH ORDINALITY AS w (name, client, client_id, id, n)
       WHERE w.name IS NOT NULL AND w.id IS NULL
    ), judged AS (
      SELECT n, client_id, name,
             char_length(name) + char_length(regexp_replace(name, '[\u0001-\uFFFF]', '', 'g')) <= 100 AS fits
        FROM missing
    ), first AS (
      SELECT DISTINCT ON (fold_case(name)) n, client_id, name FROM judged WHERE fits ORDER BY fold_case(name), n
    ), new AS (
      INSERT INTO projects (owner_id, client_id, color, name)
      SELECT p_owner, client_id, '#1f77b4', name FROM first ORDER BY n LIMIT v_room
      ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT (SELECT coalesce(array_agg(id), '{}') FROM new),
           array_agg(CASE WHEN NOT judged.fits THEN
             'The project has the name of another client''s, and "project (client)" is over 100 characters. Rename one of the two.'
             ELSE v_refusal END ORDER BY w.n)
      INTO v_new, refusals
      FROM unnest(p_names) WITH ORDINALITY AS w (name, n) LEFT JOIN judged ON judged.n = w.n;
    EXIT WHEN v_new = '{}' AND round > 1;
    made := made || v_new;
  END LOOP;
END;
$$;
--> statement-breakpoint
-- Finds p_owner's tasks by p_names, without regard to case, in the projects p_projects (null for none), and makes those that are
-- missing, the first ones if there is room for some only. ids has one for each of p_names, in order: null for none, for which refusal
-- is the reason. They stay in their projects, and no task that is found is deleted, until the transaction ends.
CREATE FUNCTION import_tasks(p_owner uuid, p_names text[], p_projects uuid[], OUT ids uuid[], OUT made uuid[], OUT refusal text)
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
  v_room int;
BEGIN
  made := '{}';
  FOR round IN 1..2 LOOP
    WITH wanted AS MATERIALIZED (
      SELECT w.name, fold_case(w.name) AS folded, coalesce(w.project, p_owner) AS place, w.n
        FROM unnest(p_names, p_projects) WITH ORDINALITY AS w (name, project, n)
       WHERE w.name IS NOT NULL
    ), live AS MATERIALIZED (
      SELECT t.id, coalesce(t.project_id, p_owner) AS place, t.name, t.created_at FROM tasks t
       WHERE t.owner_id = p_owner AND NOT t.is_deleted
         AND (fold_case(t.name), coalesce(t.project_id, p_owner)) IN (SELECT folded, place FROM wanted)
       ORDER BY t.id FOR SHARE
    ), found AS (
      SELECT DISTINCT ON (w.n) w.n, t.id
        FROM wanted w JOIN live t ON t.place = w.place AND fold_case(t.name) = w.folded
       ORDER BY w.n, t.name = w.name DESC, t.created_at, t.id
    )
    SELECT array_agg(found.id ORDER BY w.n) INTO ids
      FROM unnest(p_names) WITH ORDINALITY AS w (name, n) LEFT JOIN found ON found.n = w.n;
    EXIT WHEN round = 2
      OR NOT EXISTS (SELECT FROM unnest(p_names, ids) AS w (name, id) WHERE w.name IS NOT NULL AND w.id IS NULL);
    SELECT r.room, r.refusal INTO v_room, refusal FROM room_for(p_owner, 'tasks') r;
    WITH missing AS (
      SELECT DISTINCT ON (fold_case(w.name), w.project) w.name, w.project, w.n
        FROM unnest(p_names, p_projects, ids) WITH ORDINALITY AS w (name, project, id, n)
       WHERE w.name IS NOT NULL AND w.id IS NULL
       ORDER BY fold_case(w.name), w.project, w.n
    ), new AS (
      INSERT INTO tasks (owner_id, project_id, name) SELECT p_owner, project, name FROM missing ORDER BY n LIMIT v_room
      RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO made FROM new;
  END LOOP;
END;
$$;
--> statement-breakpoint
-- Returns the instants at which clocks in the zone p_zone show p_local: two where they are put back, and where they skip it, the one
-- that clocks which were not changed would call so.
CREATE FUNCTION instants_of(p_local timestamp, p_zone text) RETURNS timestamptz[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_zone text := ':' || p_zone;
  v_one timestamptz := p_local AT TIME ZONE v_zone;
  v_before timestamptz := v_one - interval '25 hours';
  v_after timestamptz := v_one + interval '25 hours';
BEGIN
  -- By the clocks of the day before, and of the day after.
  v_before := (p_local - ((v_before AT TIME ZONE v_zone) - (v_before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC';
  v_after := (p_local - ((v_after AT TIME ZONE v_zone) - (v_after AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC';
  IF v_before = v_one AND v_after = v_one THEN
    RETURN ARRAY[v_one];
  END IF;
  RETURN ARRAY (SELECT DISTINCT i FROM unnest(ARRAY[v_one, v_before, v_after]) AS i
                 WHERE i = v_one OR i AT TIME ZONE v_zone = p_local);
END;
$$;
--> statement-breakpoint
-- When an entry began and ended that another program tells the local times of: the end of p_end, or, if p_is_dated is false, of that
-- day or the next. Where clocks show a time twice, that of the two is meant from which the given length leads to the end; without one
-- the later, if the end is not before it.
CREATE FUNCTION imported_span(p_start timestamp, p_end timestamp, p_is_dated boolean, p_seconds float8, p_zone text,
                              OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_starts timestamptz[] := instants_of(p_start, p_zone);
  v_ends timestamptz[];
  v_next timestamptz[];
BEGIN
  IF p_end IS NULL THEN
    starts := (SELECT max(s) FROM unnest(v_starts) AS s);
    ends := starts + make_interval(secs => p_seconds);
    RETURN;
  END IF;
  v_ends := instants_of(p_end, p_zone);
  IF p_is_dated AND cardinality(v_starts) = 1 AND cardinality(v_ends) = 1 THEN
    starts := v_starts[1];
    ends := v_ends[1];
    RETURN;
  END IF;
  IF NOT p_is_dated THEN
    v_next := instants_of(p_end + interval '1 day', p_zone);
  END IF;
  SELECT s, e.ends INTO starts, ends
    FROM unnest(v_starts) AS s,
         (SELECT unnest(v_ends), 0 UNION ALL SELECT unnest(v_next), 1) AS e (ends, day)
   ORDER BY e.ends < s, abs(extract(epoch FROM e.ends - s) - p_seconds), e.day, s DESC, e.ends DESC
   LIMIT 1;
END;
$$;
--> statement-breakpoint
-- Returns what is wrong with the times of an entry for which p_seconds is the length that its source tells; null for nothing. A source
-- that rounds to minutes is off by one minute.
CREATE FUNCTION problem_of_times(p_starts timestamptz, p_ends timestamptz, p_seconds float8) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_ends IS NULL THEN 'It has no end.'
    WHEN p_ends < p_starts THEN 'It ends before it starts.'
    WHEN p_ends > now() + interval '5 minutes' THEN 'It ends over five minutes ahead.'
    WHEN abs(extract(epoch FROM p_ends - p_starts) - p_seconds) > 60 THEN
      format('duration: is %s, but from start to end it is %s. Correct one of them, or leave the column of lengths out.',
             to_char(make_interval(secs => p_seconds), 'FMHH24:MI:SS'),
             to_char(make_interval(secs => extract(epoch FROM p_ends - p_starts)::float8), 'FMHH24:MI:SS'))
  END;
$$;
--> statement-breakpoint
-- Returns when p_owner has no entry on the day p_day of the zone p_zone.
CREATE FUNCTION free_time(p_owner uuid, p_day date, p_zone text) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_starts timestamptz;
  v_ends timestamptz;
  v_taken tstzmultirange;
BEGIN
  SELECT min(d.starts), max(d.starts) INTO v_starts, v_ends FROM day_starts(p_day, p_day + 1, p_zone, 0) d;
  SELECT range_agg(tstzrange(started_at, ended_at)) INTO v_taken
    FROM (SELECT started_at, ended_at FROM time_entries
           WHERE owner_id = p_owner AND NOT is_deleted AND started_at >= v_starts - interval '1 day' AND started_at < v_ends
          UNION ALL
          SELECT started_at, ended_at FROM time_entries
           WHERE owner_id = p_owner AND NOT is_deleted AND started_at < v_starts - interval '1 day'
             AND (ended_at IS NULL OR ended_at - started_at > interval '1 day')) AS entries;
  RETURN tstzmultirange(tstzrange(v_starts, v_ends)) - coalesce(v_taken, '{}');
END;
$$;
--> statement-breakpoint
-- Returns the field p_field of those rows of an import that nothing has stopped (p_codes); null for the others.
CREATE FUNCTION import_field(p_rows jsonb[], p_codes text[], p_field text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(CASE WHEN code IS NULL THEN value->>p_field END ORDER BY n)
    FROM unnest(p_rows, p_codes) WITH ORDINALITY AS r (value, code, n);
$$;
--> statement-breakpoint
-- Notes which rows of an import are stopped because there is nothing by a name that they need: what p_refusals says, or else that
-- another request has taken the name.
CREATE FUNCTION stop_unnamed(p_names text[], p_ids uuid[], p_refusals text[], INOUT p_codes text[], INOUT p_messages text[])
LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(CASE WHEN name IS NULL OR id IS NOT NULL THEN code WHEN refusal IS NULL THEN '23505' ELSE 'PT004' END ORDER BY n),
         array_agg(CASE WHEN name IS NULL OR id IS NOT NULL THEN message ELSE refusal END ORDER BY n)
    FROM unnest(p_names, p_ids, p_refusals, p_codes, p_messages) WITH ORDINALITY AS r (name, id, refusal, code, message, n);
$$;
--> statement-breakpoint
-- Adds the entries p_entries of those rows of an import that nothing has stopped. One that would overlap where its owner allows no
-- overlap is not added, nor one with a key that an entry has: the codes say so.
CREATE FUNCTION add_imported(p_actor uuid, p_source text, p_import uuid, p_rows jsonb[], p_entries uuid[], p_starts timestamptz[],
                             p_ends timestamptz[], p_projects uuid[], p_tasks uuid[],
                             INOUT p_codes text[], INOUT p_messages text[], OUT added uuid[])
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
BEGIN
  WITH new AS (
    INSERT INTO time_entries (id, owner_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds,
                              is_billable, source, external_id, import_id, no_overlap)
    SELECT r.entry, p_actor, r.project, r.task, r.value->>'description', r.starts, r.ends, r.value->>'kind',
           (r.value->>'planned_seconds')::int, coalesce((r.value->>'is_billable')::boolean, p.is_billable, false), p_source,
           r.value->>'key', p_import, NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = p_actor), true)
      FROM unnest(p_rows, p_entries, p_starts, p_ends, p_projects, p_tasks, p_codes)
           WITH ORDINALITY AS r (value, entry, starts, ends, project, task, code, n)
      LEFT JOIN projects p ON p.id = r.project
     WHERE r.code IS NULL AND r.starts IS NOT NULL
     ORDER BY r.n
    ON CONFLICT DO NOTHING RETURNING id
  )
  SELECT coalesce(array_agg(id), '{}') INTO added FROM new;
  SELECT array_agg(CASE WHEN r.code IS NOT NULL OR r.starts IS NULL OR new.id IS NOT NULL THEN r.code
                        WHEN EXISTS (SELECT FROM time_entries e
                                      WHERE e.owner_id = p_actor AND e.source = p_source AND e.external_id = r.value->>'key') THEN 'known'
                        ELSE '23P01' END ORDER BY r.n)
    INTO p_codes
    FROM unnest(p_rows, p_starts, p_entries, p_codes) WITH ORDINALITY AS r (value, starts, entry, code, n)
    LEFT JOIN unnest(added) AS new (id) ON new.id = r.entry;
EXCEPTION WHEN SQLSTATE 'PT004' THEN
  -- The account has all the entries that it may have.
  added := '{}';
  SELECT array_agg(CASE WHEN r.starts IS NULL THEN r.code ELSE coalesce(r.code, SQLSTATE) END ORDER BY n),
         array_agg(CASE WHEN r.code IS NOT NULL OR r.starts IS NULL THEN r.message ELSE SQLERRM END ORDER BY n)
    INTO p_codes, p_messages
    FROM unnest(p_starts, p_codes, p_messages) WITH ORDINALITY AS r (starts, code, message, n);
END;
$$;
--> statement-breakpoint
-- Gives the entries that an import added the tags that their rows name, and returns what was made and is used, of which kind it is and
-- the first row that uses it.
CREATE FUNCTION tag_imported(p_rows jsonb[], p_entries uuid[], p_added uuid[], p_tag_names text[], p_tags uuid[],
                             p_clients uuid[], p_projects uuid[], p_tasks uuid[],
                             p_new_clients uuid[], p_new_projects uuid[], p_new_tasks uuid[], p_new_tags uuid[],
                             OUT made uuid[], OUT kinds text[], OUT users bigint[])
LANGUAGE sql SET enable_nestloop = off SET jit = off AS $$
  WITH rows AS MATERIALIZED (
    SELECT r.* FROM unnest(p_rows, p_entries, p_clients, p_projects, p_tasks) WITH ORDINALITY AS r (value, entry, client, project, task, n)
      JOIN unnest(p_added) AS added (id) ON added.id = r.entry
  ), tagged AS MATERIALIZED (
    SELECT DISTINCT r.entry, t.id AS tag, r.n
      FROM rows r CROSS JOIN LATERAL jsonb_array_elements_text(r.value->'tags') AS named (name)
      JOIN unnest(p_tag_names, p_tags) AS t (name, id) USING (name)
  ), noted AS (
    INSERT INTO time_entry_tags (entry_id, tag_id) SELECT entry, tag FROM tagged
  ), first AS (
    SELECT new.id, new.kind, min(used.n) AS n
      FROM (SELECT unnest(p_new_clients), 'clients' UNION ALL SELECT unnest(p_new_projects), 'projects'
            UNION ALL SELECT unnest(p_new_tasks), 'tasks' UNION ALL SELECT unnest(p_new_tags), 'tags') AS new (id, kind)
      JOIN (SELECT client, n FROM rows UNION ALL SELECT project, n FROM rows UNION ALL SELECT task, n FROM rows
            UNION ALL SELECT tag, n FROM tagged) AS used (id, n) USING (id)
     GROUP BY 1, 2
  )
  SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(kind), '{}'), coalesce(array_agg(n), '{}') FROM first;
$$;
--> statement-breakpoint
-- The ids of the records of one kind.
CREATE FUNCTION of_kind(p_ids uuid[], p_kinds text[], p_kind text) RETURNS uuid[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(id), '{}') FROM unnest(p_ids, p_kinds) AS made (id, kind) WHERE kind = p_kind;
$$;
--> statement-breakpoint
-- Adds entries of p_actor's that come from p_source, and makes the clients, projects, tasks and tags that they name and that are missing;
-- the import p_import takes note of both. An entry is billable as its project is where is_billable is null. One of which only the day
-- is known takes the first time of that day that is free. What came before under the same key is left alone, also if it was changed or
-- deleted since. A row comes back for each: `code` is null for what was added, `known` for what was there, and the SQLSTATE of what
-- stopped it else. What is made of a row is made of the first that needs it. p_rows is
--
--   [{"row": …, "key": …, "id": …, "description": …, "client": …, "project": …, "task": …, "tags": […], "kind": …,
--     "is_billable": …, "planned_seconds": …, "seconds": …, and "started_at", "ended_at", or "local_start", "local_end" and
--     "is_end_dated", or "day"}]
--
-- All is done to all rows at once, so that it takes about the same for each row, however many there are.
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb, p_import uuid)
RETURNS TABLE (line int, code text, message text, starts timestamptz(3), ends timestamptz(3), made text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_zone text;
  -- One for each row, in order.
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
  -- One for each of v_names, once that has the names of tags.
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
  -- What was made and is used: of which kind, and the first row that uses it.
  v_made uuid[];
  v_kinds text[];
  v_users bigint[];
BEGIN
  PERFORM lock_time(p_actor);
  SELECT coalesce(p_zone, s.timezone, 'UTC') INTO v_zone
    FROM (SELECT) AS nobody LEFT JOIN time_settings s ON s.user_id = p_actor;

  -- What is known is asked for once, so that it costs the same however much there is.
  SELECT array_agg(r.value ORDER BY r.n), array_agg(gen_random_uuid()),
         array_agg(CASE WHEN is_known THEN 'known' WHEN problem IS NOT NULL THEN 'PT004' END ORDER BY r.n),
         array_agg(problem ORDER BY r.n), array_agg(t.starts ORDER BY r.n), array_agg(t.ends ORDER BY r.n)
    INTO v_rows, v_entries, v_codes, v_messages, v_starts, v_ends
    FROM jsonb_array_elements(p_rows) WITH ORDINALITY AS r (value, n)
    LEFT JOIN time_entries came
      ON came.owner_id = p_actor AND came.source = p_source AND came.external_id = r.value->>'key'
    LEFT JOIN time_entries here ON here.owner_id = p_actor AND here.id = (r.value->>'id')::uuid
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

  -- Each tag once, as it is written.
  SELECT coalesce(array_agg(tag), '{}') INTO v_names
    FROM (SELECT tag FROM unnest(v_rows, v_codes) WITH ORDINALITY AS r (value, code, n),
                          jsonb_array_elements_text(r.value->'tags') WITH ORDINALITY AS t (tag, m)
           WHERE code IS NULL GROUP BY tag ORDER BY min((n, m))) AS tags;
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

  -- Then those of which only the day is known, beside all the others.
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
    v_messages[v_n] := CASE WHEN v_starts[v_n] IS NULL THEN 'start: has no time of day, and its length is nowhere free on that day'
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
  -- What was made for rows that came to nothing.
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
--> statement-breakpoint
DROP FUNCTION made_ids(jsonb, text);
--> statement-breakpoint
DROP FUNCTION imported_client(uuid, text);
--> statement-breakpoint
DROP FUNCTION imported_project(uuid, text, uuid, text);
--> statement-breakpoint
DROP FUNCTION imported_task(uuid, text, uuid);
--> statement-breakpoint
DROP FUNCTION imported_tag(uuid, text);
--> statement-breakpoint
DROP FUNCTION imported_times(timestamp, timestamp, float8, text);
