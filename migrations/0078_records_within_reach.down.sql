DROP TRIGGER keep_scope ON clients;
--> statement-breakpoint
DROP TRIGGER keep_scope ON projects;
--> statement-breakpoint
DROP TRIGGER keep_scope ON tags;
--> statement-breakpoint
DROP TRIGGER keep_scope ON tasks;
--> statement-breakpoint
DROP TRIGGER keep_scope ON time_entries;
--> statement-breakpoint
DROP TRIGGER keep_time_private ON time_entries;
--> statement-breakpoint
DROP TRIGGER stop_time_within ON organizations;
--> statement-breakpoint
DROP FUNCTION demand_creation(uuid, uuid, text, uuid);
--> statement-breakpoint
DROP FUNCTION demand_entry_references(uuid, uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION keep_time_private();
--> statement-breakpoint
DROP FUNCTION may_on(uuid, text, uuid, text);
--> statement-breakpoint
DROP FUNCTION organization_of(text, text);
--> statement-breakpoint
DROP FUNCTION reach_for(uuid, uuid, text, text);
--> statement-breakpoint
DROP FUNCTION reach_of(uuid, uuid, text, text);
--> statement-breakpoint
DROP FUNCTION reaches_all(uuid, text, text, text[]);
--> statement-breakpoint
DROP FUNCTION reaches_personal();
--> statement-breakpoint
DROP FUNCTION stop_time_within();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION reaches_all(p_actor uuid, p_resource text, p_action text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  SELECT holds_all(p_actor, ARRAY[p_resource || ':read_any', p_resource || ':' || p_action || '_any']);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_reach(p_actor uuid, p_owner uuid, p_resource text, p_action text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  SELECT p_owner = p_actor OR reaches_all(p_actor, p_resource, p_action);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION demand_entry_references(p_actor uuid, p_values jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  v_project uuid := p_values->>'project_id';
  v_task uuid := p_values->>'task_id';
BEGIN
  PERFORM demand(v_project IS NULL OR EXISTS (
      SELECT FROM projects WHERE id = v_project AND NOT is_deleted
        AND may_reach(p_actor, owner_id, 'projects', 'read')), 'PT005', 'Project not found.'),
    demand(v_task IS NULL OR EXISTS (
      SELECT FROM tasks WHERE id = v_task AND NOT is_deleted
        AND may_reach(p_actor, owner_id, 'tasks', 'read')), 'PT005', 'Task not found.'),
    demand(NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(coalesce(nullif(p_values->'tag_ids', 'null'), '[]')) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM tags WHERE id = wanted::uuid AND NOT is_deleted
           AND may_reach(p_actor, owner_id, 'tags', 'read'))), 'PT005', 'Tag not found.');
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION create_time_entry(p_actor uuid, p_id uuid, p_values jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION delete_time_entry(p_actor uuid, p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE time_entries SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
   WHERE id = p_id AND NOT is_deleted AND may_reach(p_actor, owner_id, 'time_entries', 'delete');
  PERFORM demand(FOUND, 'PT005', 'Time entry not found.');
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION update_time_entry(p_actor uuid, p_id uuid, p_values jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  known time_entries;
  v_project uuid;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND may_reach(p_actor, known.owner_id, 'time_entries', 'update'),
                 'PT005', 'Time entry not found.'),
          lock_time(known.owner_id),
          demand_entry_references(p_actor, p_values);
  -- Read the entry again: another transaction may have changed it before this one got the lock.
  SELECT * INTO known FROM time_entries WHERE id = p_id;
  v_project := known.project_id;
  known := jsonb_populate_record(known, p_values - 'tag_ids');
  PERFORM demand(known.ended_at IS NULL OR known.ended_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.');
  IF p_values ?| '{project_id,task_id}' THEN
    -- A null project with a new task means the project of the task; a null project alone removes the project.
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bulk_time_entries(p_actor uuid, p_items jsonb)
 RETURNS TABLE(item integer, code text, violated text, message text)
 LANGUAGE plpgsql
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION erase_records(p_user uuid, p_most integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  v_table text;
  v_text text;
  v_count bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN false;
  END IF;
  -- By time, because rows of several partitions may have the same ctid.
  DELETE FROM heartbeats
   WHERE user_id = p_user
     AND at <= (SELECT max(at) FROM (SELECT at FROM heartbeats WHERE user_id = p_user ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count >= p_most THEN
    RETURN true;
  END IF;
  -- Each table before those that its rows belong or refer to.
  FOR v_table, v_text IN VALUES
    ('sessions', 'user_id = $1'),
    ('one_time_tokens', 'user_id = $1'),
    ('personal_tokens', 'user_id = $1'),
    ('calendar_feeds', 'owner_id = $1'),
    ('passkeys', 'user_id = $1'),
    ('totp_factors', 'user_id = $1'),
    ('recovery_codes', 'user_id = $1'),
    ('idempotency_keys', 'owner = $1::text'),
    ('user_roles', 'user_id = $1'),
    ('time_settings', 'user_id = $1'),
    ('heartbeat_slots', 'user_id = $1'),
    ('heartbeat_projects', 'user_id = $1'),
    ('heartbeat_agents', 'user_id = $1'),
    ('heartbeat_states', 'user_id = $1'),
    ('activity_events', 'bucket_key IN (SELECT key FROM activity_buckets WHERE user_id = $1)'),
    ('activity_buckets', 'user_id = $1'),
    ('activity_settings', 'user_id = $1'),
    ('activity_rules', 'owner_id = $1'),
    ('goals', 'owner_id = $1'),
    ('time_entries', 'owner_id = $1'),
    ('tasks', 'owner_id = $1
       AND NOT EXISTS (SELECT FROM time_entries WHERE task_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE task_id = t.id)'),
    ('projects', 'owner_id = $1
       AND NOT EXISTS (SELECT FROM time_entries WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM tasks WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE project_id = t.id)
       AND NOT EXISTS (SELECT FROM activity_rules WHERE project_id = t.id)'),
    ('clients', 'owner_id = $1
       AND NOT EXISTS (SELECT FROM projects WHERE client_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE client_id = t.id)'),
    ('tags', 'owner_id = $1
       AND NOT EXISTS (SELECT FROM time_entry_tags WHERE tag_id = t.id)
       AND NOT EXISTS (SELECT FROM goals WHERE tag_id = t.id)')
  LOOP
    EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I AS t WHERE %2$s LIMIT $2))', v_table, v_text)
      USING p_user, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN true;
    END IF;
  END LOOP;
  -- Other tables, not named above, whose rows a foreign key deletes with the account.
  FOR v_table, v_text IN
    SELECT r.relname, format('%I = $1', a.attname)
      FROM pg_constraint c
      JOIN pg_class r ON r.oid = c.conrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass AND c.confdeltype = 'c' AND cardinality(c.conkey) = 1
       AND r.relname NOT IN ('erasures', 'tasks', 'projects', 'clients', 'tags')
  LOOP
    EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I WHERE %2$s LIMIT $2))', v_table, v_text)
      USING p_user, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN true;
    END IF;
  END LOOP;
  FOR v_table, v_text IN VALUES
    ('tasks', ', description = NULL'), ('projects', ''), ('clients', ''), ('tags', '')
  LOOP
    EXECUTE format(
      'UPDATE %1$I SET name = ''erased-'' || id, is_deleted = true, deleted_at = coalesce(deleted_at, now()),
              updated_at = now(), version = version + 1 %2$s
        WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I WHERE owner_id = $1 AND name <> ''erased-'' || id LIMIT $2))',
      v_table, v_text) USING p_user, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN strip_audit_events(p_user, p_most) = p_most;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard(p_claims jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
DECLARE
  used record;
  v_scopes text[];
  v_missing jsonb;
  v_wait int;
BEGIN
  -- The credential and its user.
  IF p_claims ? 'session' THEN
    SELECT * INTO used FROM credential_of_session((p_claims->>'session')::uuid, (p_claims->>'user')::uuid);
  ELSIF p_claims ? 'key_hash' THEN
    SELECT * INTO used FROM credential_of_key(p_claims->>'key_hash');
  ELSE
    SELECT * INTO used FROM credential_of_token((p_claims->>'token')::uuid, (p_claims->>'user')::uuid, p_claims->>'hash');
  END IF;
  IF used.id IS NULL THEN
    RAISE EXCEPTION 'no such credential' USING ERRCODE = 'PT001';
  ELSIF NOT used.is_active THEN
    RAISE EXCEPTION 'the account is deactivated' USING ERRCODE = 'PT002';
  ELSIF NOT used.is_live THEN
    RAISE EXCEPTION 'the credential has ended' USING ERRCODE = 'PT001';
  ELSIF used.scopes IS NOT NULL AND p_claims ? 'in_person' THEN
    RAISE EXCEPTION 'A personal token cannot do this. Sign in instead.' USING ERRCODE = 'PT003';
  END IF;

  -- The permissions.
  v_scopes := expand_scopes(used.scopes);
  SELECT jsonb_agg(clause) INTO v_missing
    FROM unmet_clauses(used.user_id, used.is_superuser, v_scopes, p_claims->'required');
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003', DETAIL = v_missing;
  ELSIF p_claims->'required' = '[]' AND NOT suits_open_routes(used.scopes, p_claims ? 'reads') THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  END IF;
  PERFORM set_config('guard.scopes', coalesce(to_jsonb(v_scopes)::text, ''), true);
  IF p_claims ? 'within' AND (NOT p_claims ? 'frame' OR EXISTS (
       SELECT FROM unmet_clauses(used.user_id, used.is_superuser, v_scopes, p_claims->'frame'))) THEN
    PERFORM demand_within(used.user_id, (p_claims->>'organization')::uuid, p_claims->'within');
  END IF;
  IF used.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
    RAISE EXCEPTION 'recent authentication required' USING ERRCODE = 'PT008';
  END IF;

  -- The rate limit.
  IF p_claims ? 'budget' THEN
    SELECT seconds INTO v_wait FROM blocked_seconds(used.user_id, p_claims->'budget'->>'policy');
    IF FOUND THEN
      RAISE EXCEPTION '%', (p_claims->'budget' || jsonb_build_object('seconds', v_wait))::text USING ERRCODE = 'PT007';
    END IF;
  END IF;

  -- Settings for the statements that follow.
  IF used.scopes IS NOT NULL AND coalesce(used.last_used_at < now() - interval '1 minute', true)
     AND current_setting('transaction_read_only') = 'off' THEN
    UPDATE personal_tokens SET last_used_at = now()
     WHERE id = used.id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
  END IF;
  PERFORM origin(p_claims),
          set_config('audit.actor', used.user_id::text, true),
          set_config('audit.credential', used.id::text, true),
          set_config('audit.own_events', coalesce(p_claims->>'own_events', ''), true);
  RETURN used.user_id;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION import_named(p_owner uuid, p_table text, p_names text[], OUT ids uuid[], OUT made uuid[], OUT refusal text)
 RETURNS record
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION import_projects(p_owner uuid, p_names text[], p_clients text[], p_client_ids uuid[], OUT ids uuid[], OUT made uuid[], OUT refusals text[])
 RETURNS record
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
AS $function$
DECLARE
  v_room int;
  v_refusal text;
  v_new uuid[];
BEGIN
  made := '{}';
  -- Another client's project can take a wanted name at most twice: the plain name, and the name with the client.
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
      SELECT p_owner, client_id, project_color(before.projects + row_number() OVER (ORDER BY n) - 1), name
        FROM first, (SELECT count(*) AS projects FROM projects WHERE owner_id = p_owner) AS before
       ORDER BY n LIMIT v_room
      ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT (SELECT coalesce(array_agg(id), '{}') FROM new),
           array_agg(CASE WHEN NOT judged.fits THEN
             'Another client has a project with this name, and "project (client)" is over 100 characters. Rename one of the projects.'
             ELSE v_refusal END ORDER BY w.n)
      INTO v_new, refusals
      FROM unnest(p_names) WITH ORDINALITY AS w (name, n) LEFT JOIN judged ON judged.n = w.n;
    EXIT WHEN v_new = '{}' AND round > 1;
    made := made || v_new;
  END LOOP;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION import_tasks(p_owner uuid, p_names text[], p_projects uuid[], OUT ids uuid[], OUT made uuid[], OUT refusal text)
 RETURNS record
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_scope()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.scope_id := coalesce(NEW.organization_id, '00000000-0000-0000-0000-000000000000');
  IF NEW.organization_id IS NULL OR TG_OP = 'UPDATE' AND NEW.organization_id = OLD.organization_id THEN
    RETURN NEW;
  END IF;
  PERFORM FROM memberships
    WHERE organization_id = NEW.organization_id AND user_id = NEW.owner_id AND left_at IS NULL
      FOR SHARE;
  PERFORM demand(FOUND, 'PT005', 'Organization not found.');
  RETURN NEW;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_do(p_user uuid, p_type text, p_action text, p_id text, p_administrative text[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  -- Permission names have one colon, so only * covers a type that has a colon.
  v_holds boolean := holds_all(p_user, ARRAY[CASE WHEN p_type LIKE '%:%' THEN '*' ELSE p_type || ':' || p_action END]);
  v_id uuid := uuid_in_text(p_id);
  v_exists boolean := true;
  -- Permissions that the account or role grants, or that a change of the permission affects.
  v_grants text[];
BEGIN
  IF p_id = '*' OR NOT (CASE p_type
                          WHEN 'factors' THEN p_action = 'reset'
                          WHEN 'sessions' THEN p_action IN ('read', 'delete')
                          WHEN 'roles' THEN p_action IN ('read', 'update', 'delete', 'assign')
                          ELSE p_action IN ('read', 'update', 'delete')
                        END) THEN
    RETURN v_holds;
  END IF;

  IF p_type = 'sessions' THEN
    -- Users in person, whose credential has no scopes, see and end their own sessions without a permission.
    RETURN EXISTS (SELECT FROM owners_of('sessions', p_id) AS owner
                    WHERE owner = p_user AND coalesce(current_setting('guard.scopes', true), '') = ''
                       OR v_holds AND (p_action = 'read' OR has_rank_over(p_user, owner)));
  ELSIF NOT v_holds THEN
    RETURN false;
  END IF;

  CASE p_type
    WHEN 'clients', 'projects', 'tasks', 'tags', 'time_entries', 'goals' THEN
      RETURN EXISTS (SELECT FROM owners_of(p_type, p_id) AS owner WHERE may_reach(p_user, owner, p_type, p_action));
    WHEN 'activity' THEN
      RETURN EXISTS (SELECT FROM owners_of('activity', p_id) AS owner WHERE may_reach(p_user, owner, 'activity', p_action))
          OR p_action <> 'update' AND EXISTS (SELECT FROM owners_of('buckets', p_id) AS owner WHERE owner = p_user);
    WHEN 'users', 'factors' THEN
      v_exists := EXISTS (SELECT FROM users WHERE id = v_id AND NOT is_deleted)
                  AND (p_action = 'read' OR has_rank_over(p_user, v_id))
                  AND (p_type = 'factors' OR p_action <> 'delete' OR v_id <> p_user);
      v_grants := grants_of_user(v_id);
    WHEN 'roles' THEN
      v_exists := EXISTS (SELECT FROM roles WHERE id = v_id AND NOT is_deleted AND (p_action <> 'delete' OR builtin IS NULL));
      v_grants := grants_of_role(v_id);
    WHEN 'permissions' THEN
      v_exists := EXISTS (SELECT FROM permissions WHERE id = v_id AND NOT is_deleted);
      v_grants := grants_with_permission(v_id);
    ELSE
      RETURN true;
  END CASE;
  RETURN v_exists AND CASE p_action
    WHEN 'read' THEN true
    WHEN 'assign' THEN holds_all(p_user, v_grants)
    ELSE holds_all(p_user, ARRAY(SELECT unnest(v_grants) INTERSECT SELECT unnest(p_administrative)))
  END;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION resume_time_entry(p_actor uuid, p_id uuid, p_new uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted AND owner_id = p_actor;
  PERFORM demand(FOUND, 'PT005', 'Time entry not found.'),
          demand(NOT EXISTS (SELECT FROM projects WHERE id = known.project_id AND is_deleted), 'PT005',
                 'The project of this time entry is deleted. Restore it, or move the time entry to another project.'),
          demand(NOT EXISTS (SELECT FROM tasks WHERE id = known.task_id AND is_deleted), 'PT005',
                 'The task of this time entry is deleted. Restore it, or give the time entry another task or no task.'),
          demand(NOT EXISTS (SELECT FROM time_entry_tags et JOIN tags t ON t.id = et.tag_id
                              WHERE et.entry_id = p_id AND t.is_deleted), 'PT005',
                 'A tag of this time entry is deleted. Restore it, or remove it from the time entry.'),
          create_time_entry(p_actor, p_new, jsonb_build_object(
            'project_id', known.project_id, 'task_id', known.task_id, 'description', known.description,
            'kind', known.kind, 'planned_seconds', known.planned_seconds, 'is_billable', known.is_billable,
            'tag_ids', coalesce((SELECT jsonb_agg(tag_id) FROM time_entry_tags WHERE entry_id = p_id), '[]')));
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION stop_time_entry(p_actor uuid, p_id uuid, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND may_reach(p_actor, known.owner_id, 'time_entries', 'update'),
                 'PT005', 'Time entry not found.'),
          demand(known.ended_at IS NOT NULL OR p_at IS NULL OR p_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.'),
          lock_time(known.owner_id);
  UPDATE time_entries
     SET ended_at = greatest(coalesce(p_at, clock_timestamp())::timestamptz(3), started_at), updated_at = now(), version = version + 1
   WHERE id = p_id AND ended_at IS NULL;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION time_slices(p_owner uuid, p_from date, p_to date, p_zone text, p_minutes integer, p_now timestamp with time zone)
 RETURNS TABLE(entry_id uuid, owner_id uuid, project_id uuid, task_id uuid, kind text, is_billable boolean, planned_seconds integer, day date, starts timestamp with time zone, ends timestamp with time zone)
 LANGUAGE sql
 STABLE
AS $function$
  WITH bounds AS MATERIALIZED (
    SELECT array_agg(starts ORDER BY day) AS cuts, min(starts) AS opens, max(starts) AS closes
      FROM day_starts(p_from, p_to + 1, p_zone, p_minutes)
  )
  SELECT id, owner_id, project_id, task_id, kind, is_billable, planned_seconds, p_from + (slot - 1),
         greatest(started_at, (SELECT cuts FROM bounds)[slot]), least(ends, (SELECT cuts FROM bounds)[slot + 1])
    FROM (
      SELECT e.id, e.owner_id, e.project_id, e.task_id, e.kind, e.is_billable, e.planned_seconds, e.started_at,
             coalesce(e.ended_at, p_now) AS ends,
             generate_series(
               width_bucket(greatest(e.started_at, (SELECT opens FROM bounds)), (SELECT cuts FROM bounds)),
               width_bucket(least(coalesce(e.ended_at, p_now), (SELECT closes FROM bounds)) - interval '1 microsecond',
                            (SELECT cuts FROM bounds))) AS slot
        FROM time_entries e
       WHERE NOT e.is_deleted AND (p_owner IS NULL OR e.owner_id = p_owner)
         AND e.started_at >= coalesce((
           SELECT min(long.started_at) FROM time_entries long
            WHERE NOT long.is_deleted AND (p_owner IS NULL OR long.owner_id = p_owner)
              AND long.started_at < (SELECT opens FROM bounds) - interval '24 hours'
              AND (long.ended_at IS NULL OR long.ended_at - long.started_at > interval '1 day')
              AND coalesce(long.ended_at, p_now) > (SELECT opens FROM bounds)
         ), (SELECT opens FROM bounds) - interval '24 hours')
         AND e.started_at < (SELECT closes FROM bounds)
         AND coalesce(e.ended_at, p_now) > greatest(e.started_at, (SELECT opens FROM bounds))
    ) AS entries
   WHERE (SELECT cuts FROM bounds)[slot] < (SELECT cuts FROM bounds)[slot + 1];
$function$;
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON clients FOR EACH ROW WHEN (((new.organization_id IS NOT NULL) OR (new.scope_id <> '00000000-0000-0000-0000-000000000000'::uuid))) EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON projects FOR EACH ROW WHEN (((new.organization_id IS NOT NULL) OR (new.scope_id <> '00000000-0000-0000-0000-000000000000'::uuid))) EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON tags FOR EACH ROW WHEN (((new.organization_id IS NOT NULL) OR (new.scope_id <> '00000000-0000-0000-0000-000000000000'::uuid))) EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON tasks FOR EACH ROW WHEN (((new.organization_id IS NOT NULL) OR (new.scope_id <> '00000000-0000-0000-0000-000000000000'::uuid))) EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
CREATE TRIGGER keep_scope BEFORE INSERT ON time_entries FOR EACH ROW WHEN (((new.organization_id IS NOT NULL) OR (new.scope_id <> '00000000-0000-0000-0000-000000000000'::uuid))) EXECUTE FUNCTION keep_scope();
--> statement-breakpoint
ALTER TABLE "clients"
  DROP CONSTRAINT "clients_membership_fk",
  ADD CONSTRAINT "clients_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  DROP CONSTRAINT "clients_owner_id_users_id_fk",
  ADD CONSTRAINT "clients_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "projects"
  DROP CONSTRAINT "projects_membership_fk",
  ADD CONSTRAINT "projects_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  DROP CONSTRAINT "projects_client_in_scope",
  ADD CONSTRAINT "projects_client_in_scope" FOREIGN KEY ("scope_id","client_id") REFERENCES "clients"("scope_id","id") NOT VALID,
  DROP CONSTRAINT "projects_owner_id_users_id_fk",
  ADD CONSTRAINT "projects_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "tags"
  DROP CONSTRAINT "tags_membership_fk",
  ADD CONSTRAINT "tags_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  DROP CONSTRAINT "tags_owner_id_users_id_fk",
  ADD CONSTRAINT "tags_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "tasks"
  DROP CONSTRAINT "tasks_membership_fk",
  ADD CONSTRAINT "tasks_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  DROP CONSTRAINT "tasks_project_in_scope",
  ADD CONSTRAINT "tasks_project_in_scope" FOREIGN KEY ("scope_id","project_id") REFERENCES "projects"("scope_id","id") NOT VALID,
  DROP CONSTRAINT "tasks_owner_id_users_id_fk",
  ADD CONSTRAINT "tasks_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "time_entries"
  DROP CONSTRAINT "time_entries_membership_fk",
  ADD CONSTRAINT "time_entries_membership_fk" FOREIGN KEY ("organization_id","owner_id") REFERENCES "memberships"("organization_id","user_id") NOT VALID,
  DROP CONSTRAINT "time_entries_project_in_scope",
  ADD CONSTRAINT "time_entries_project_in_scope" FOREIGN KEY ("scope_id","project_id") REFERENCES "projects"("scope_id","id") NOT VALID,
  DROP CONSTRAINT "time_entries_task_in_scope",
  ADD CONSTRAINT "time_entries_task_in_scope" FOREIGN KEY ("scope_id","task_id") REFERENCES "tasks"("scope_id","id") NOT VALID,
  DROP CONSTRAINT "time_entries_owner_id_users_id_fk",
  ADD CONSTRAINT "time_entries_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "users"("id") NOT VALID;
--> statement-breakpoint
ALTER TABLE "time_entry_tags"
  DROP CONSTRAINT "time_entry_tags_entry_in_scope",
  ADD CONSTRAINT "time_entry_tags_entry_in_scope" FOREIGN KEY ("scope_id","entry_id") REFERENCES "time_entries"("scope_id","id") ON DELETE cascade NOT VALID,
  DROP CONSTRAINT "time_entry_tags_tag_in_scope",
  ADD CONSTRAINT "time_entry_tags_tag_in_scope" FOREIGN KEY ("scope_id","tag_id") REFERENCES "tags"("scope_id","id") ON DELETE cascade NOT VALID;
