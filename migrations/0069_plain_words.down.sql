CREATE OR REPLACE FUNCTION access_rules()
 RETURNS TABLE(event text, ends text[])
 LANGUAGE sql
 IMMUTABLE
AS $function$
  VALUES
    -- The owner changed the password, and kept programs running, or ended them too.
    ('password_change', '{session,challenge,mail}'::text[]),
    ('password_and_tokens_change', '{session,token,key,feed,challenge,mail}'),
    -- A mailed token set a password: of an account with a proven email; of one whose email nobody had proven.
    ('password_reset', '{session,token,key,feed,challenge,verification,mail}'),
    ('account_claimed', '{session,token,key,feed,passkey,authenticator,recovery_codes,challenge,verification,mail}'),
    -- The account was deactivated or deleted; activated or restored, where nothing comes back to life.
    ('account_closed', '{session,token,key,feed,challenge,verification,mail}'),
    ('account_reopened', '{session,token,key,feed,challenge,verification,mail}'),
    -- The holder of the old address took a change of the email back.
    ('email_reverted', '{session,token,key,feed,password,challenge,verification,mail}'),
    -- An administrator removed the second factors of a person who lost them.
    ('factors_reset', '{session,passkey,authenticator,recovery_codes,challenge}'),
    -- The holder of the mailbox ended what was made before the email was verified, or said that the account is not theirs.
    ('account_reviewed', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}'),
    ('account_disowned', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}');
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION add_imported(p_actor uuid, p_source text, p_import uuid, p_rows jsonb[], p_entries uuid[], p_starts timestamp with time zone[], p_ends timestamp with time zone[], p_projects uuid[], p_tasks uuid[], INOUT p_codes text[], INOUT p_messages text[], OUT added uuid[])
 RETURNS record
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION add_usage(p_user uuid, p_kind text, p_count bigint, p_most bigint, p_label text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_added bigint := sampled(p_count);
BEGIN
  IF EXISTS (SELECT FROM account_usage WHERE user_id = p_user AND kind = p_kind AND count >= p_most) THEN
    RAISE EXCEPTION 'An account can have about % % at most, deleted ones included. Ask an administrator for help.', p_most, p_label
      USING ERRCODE = 'PT004';
  END IF;
  IF v_added > 0 THEN
    INSERT INTO account_usage AS u (user_id, kind, count) VALUES (p_user, p_kind, v_added)
    ON CONFLICT (user_id, kind) DO UPDATE SET count = u.count + excluded.count;
  END IF;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_record()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  kind text := TG_ARGV[0];
  hidden text[] := ARRAY['id', 'version', 'created_at', 'updated_at', 'is_deleted', 'deleted_at', 'password_hash', 'builtin'];
  before jsonb;
  after jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit(kind || '.created', kind, NEW.id, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(NEW) - hidden)));
    RETURN NULL;
  END IF;
  -- A hash that is only made anew, at other costs, is no change of the record.
  IF to_jsonb(NEW)->>'password_hash' <> to_jsonb(OLD)->>'password_hash' AND NEW.version <> OLD.version THEN
    PERFORM audit('user.password_changed', kind, NEW.id, '{}', NEW.id);
  END IF;
  IF NEW.is_deleted <> OLD.is_deleted THEN
    PERFORM audit(kind || CASE WHEN NEW.is_deleted THEN '.deleted' ELSE '.restored' END, kind, NEW.id, '{}');
  END IF;
  SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
    INTO before, after
    FROM jsonb_each(to_jsonb(OLD) - hidden) o
    JOIN jsonb_each(to_jsonb(NEW) - hidden) n ON n.key = o.key AND n.value <> o.value;
  IF after IS NOT NULL THEN
    PERFORM audit(kind || '.updated', kind, NEW.id, jsonb_build_object('before', before, 'after', after),
      CASE WHEN kind = 'user' AND after->>'email' IS DISTINCT FROM released_email(NEW.id) THEN NEW.id END);
  END IF;
  RETURN NULL;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION begin_erasure(p_user uuid, p_days integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  account users;
  v_names text[];
BEGIN
  SELECT * INTO account FROM users WHERE id = p_user AND is_deleted FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN;
  END IF;
  INSERT INTO erasures (user_id) SELECT p_user WHERE account.deleted_at < now() - make_interval(days => p_days)
  ON CONFLICT DO NOTHING;
  -- What another account is called today is that account's.
  SELECT array_agg(DISTINCT name) INTO v_names
    FROM (
      SELECT lower(unnest(ARRAY[account.email, account.username])) AS name
      UNION ALL
      SELECT lower(value)
        FROM audit_events, LATERAL (VALUES (details->'before'), (details->'after')) AS part (fields),
             jsonb_each_text(CASE jsonb_typeof(fields) WHEN 'object' THEN fields ELSE '{}' END)
       WHERE target_id = p_user AND target_type = 'user' AND key ~ '(email|username)$' AND value <> ''
    ) AS known
   WHERE NOT EXISTS (SELECT FROM users u WHERE NOT u.is_deleted AND (lower(u.email) = name OR lower(u.username) = name));
  UPDATE erasures SET begun_at = now(), names = coalesce(v_names, '{}') WHERE user_id = p_user;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Of whom counts are, their keys have the hash.
  DELETE FROM throttles WHERE split_part(key, ':', 2) IN (
    SELECT encode(sha256(convert_to(of, 'UTF8')), 'hex') FROM unnest(v_names || p_user::text) AS of);
  UPDATE users
     SET email = 'erased-' || id || '@invalid', username = 'erased-' || id, password_hash = '$none$', first_name = NULL,
         last_name = NULL, email_verified_at = NULL, is_active = false, is_superuser = false
   WHERE id = p_user;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bound_all()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_most int := TG_ARGV[0];
  v_count int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('all ' || TG_TABLE_NAME, 0));
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %I LIMIT $1) AS found', TG_TABLE_NAME) INTO v_count USING v_most + 1;
  IF v_count > v_most THEN
    RAISE EXCEPTION 'There can be % % at most, deleted ones included. Rename one that exists.', v_most, TG_ARGV[1]
      USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bound_moved_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM demand((SELECT count(*) FROM (SELECT FROM time_entries WHERE task_id = NEW.id LIMIT 10001) AS found) <= 10000,
                 'PT004', 'A task with over 10,000 time entries cannot change its project. Make a new task there.');
  RETURN NEW;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION build_slots(p_user uuid, p_most integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
DECLARE
  -- Else many stretches of few heartbeats would be no work.
  c_overhead CONSTANT int := 100;
  state heartbeat_states;
  v_idle int;
  v_until timestamptz := slot_of(now() - interval '3 hours');
  v_left int := p_most;
  v_next timestamptz;
  stale tstzmultirange;
  span tstzrange;
  beats record;
BEGIN
  SELECT * INTO state FROM heartbeat_states WHERE user_id = p_user FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  v_idle := coalesce((SELECT idle_timeout_seconds FROM time_settings WHERE user_id = p_user), 900);
  v_until := greatest(v_until, state.built_until);
  stale := tstzmultirange(tstzrange('-infinity', v_until));
  IF state.idle_seconds = v_idle THEN
    stale := stale * (state.dirty + tstzmultirange(tstzrange(state.built_until, v_until)));
  END IF;
  stale := stale * tstzmultirange(tstzrange(coalesce(state.kept_since, '-infinity'), 'infinity'));
  WHILE NOT isempty(stale) AND v_left > 0 LOOP
    SELECT r INTO span FROM unnest(stale) AS r LIMIT 1;
    SELECT count(*) AS count, min(at) AS first, max(at) AS last INTO beats
      FROM (SELECT at FROM heartbeats WHERE user_id = p_user AND at >= lower(span) AND at < upper(span) ORDER BY at LIMIT v_left + 1) AS b;
    IF beats.count > v_left THEN
      span := tstzrange(lower(span), least(upper(span), greatest(slot_of(beats.last), slot_of(beats.first) + interval '15 minutes')));
    END IF;
    v_left := v_left - beats.count - c_overhead;
    DELETE FROM heartbeat_slots WHERE user_id = p_user AND slot >= lower(span) AND slot < upper(span);
    INSERT INTO heartbeat_slots (user_id, slot, project, language, category, editor, operating_system, machine, branch, length)
    SELECT p_user, slot, project, language, category, editor, operating_system, machine, branch,
           sum(least(ends, slot + interval '15 minutes') - greatest(starts, slot))
      FROM heartbeat_stretches(p_user, lower(span), upper(span), make_interval(secs => v_idle)),
           generate_series(slot_of(starts), slot_of(ends - interval '1 microsecond'), interval '15 minutes') AS slot
     GROUP BY slot, project, language, category, editor, operating_system, machine, branch
     ORDER BY slot;
    INSERT INTO heartbeat_projects AS known (user_id, project, first_at, last_at)
    SELECT p_user, project, min(at), max(at) FROM heartbeats
     WHERE user_id = p_user AND at >= lower(span) AND at < upper(span) AND project IS NOT NULL
     GROUP BY project
    ON CONFLICT (user_id, project) DO UPDATE
      SET first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at);
    stale := stale - tstzmultirange(span);
  END LOOP;
  v_next := (SELECT at FROM heartbeats WHERE user_id = p_user AND at >= v_until ORDER BY at LIMIT 1);
  IF v_next IS NULL THEN
    PERFORM FROM heartbeat_states WHERE user_id = p_user FOR UPDATE SKIP LOCKED;
    IF FOUND THEN
      v_next := (SELECT at FROM heartbeats WHERE user_id = p_user AND at >= v_until ORDER BY at LIMIT 1);
    ELSE
      v_next := now();
    END IF;
  END IF;
  UPDATE heartbeat_states
     SET built_until = v_until, idle_seconds = v_idle, dirty = stale, failures = 0, retry_at = NULL,
         due_at = CASE WHEN isempty(stale) THEN v_next + interval '4 hours' ELSE now() END
   WHERE user_id = p_user;
  RETURN true;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION day_starts(p_from date, p_to date, p_zone text, p_minutes integer)
 RETURNS TABLE(day date, starts timestamp with time zone)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT day, CASE
      WHEN early AT TIME ZONE (':' || p_zone) = wanted THEN early
      -- Clocks were changed in the day before.
      WHEN late AT TIME ZONE (':' || p_zone) = wanted THEN late
      -- They skip the time that is wanted: the day begins when they do, which is at a full minute, or else (Monrovia, 1972) at the
      -- earlier instant.
      ELSE coalesce((
        SELECT min(minute AT TIME ZONE 'UTC')
          FROM generate_series((early AT TIME ZONE 'UTC') - ((early AT TIME ZONE (':' || p_zone)) - wanted), early AT TIME ZONE 'UTC',
                               interval '1 minute') AS minute
         WHERE minute AT TIME ZONE 'UTC' AT TIME ZONE (':' || p_zone) >= wanted), early)
    END
    FROM generate_series(0, p_to - p_from) AS n,
         LATERAL (SELECT p_from + n AS day, p_from + n + make_interval(mins => p_minutes) AS wanted) AS clock,
         -- Of two instants with that local time Postgres takes the later; the earlier is by the clocks of the day before.
         LATERAL (SELECT wanted AT TIME ZONE (':' || p_zone) AS late) AS last,
         LATERAL (SELECT late - interval '25 hours' AS before) AS day_before,
         LATERAL (SELECT (wanted - ((before AT TIME ZONE (':' || p_zone)) - (before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC' AS early) AS first;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION delete_time_entry(p_actor uuid, p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE time_entries SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
   WHERE id = p_id AND NOT is_deleted AND may_reach(p_actor, owner_id, 'time_entries', 'delete');
  PERFORM demand(FOUND, 'PT005', 'There is no such time entry.');
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION demand_countable_activity(p_owner uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_rules integer, p_times integer)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
DECLARE
  -- Two months of 2,500 windows a day, with as much beside.
  most_events CONSTANT int := 300000;
  most_bytes CONSTANT int := 32000000;
  -- A rule takes so long for a kind as for so many bytes of it.
  bytes_of_a_kind CONSTANT int := 200;
  most_bytes_for_rules CONSTANT bigint := 2000000000;
  v_bytes bigint;
BEGIN
  IF EXISTS (
    SELECT FROM (
      SELECT count(*) OVER turn AS events, sum(bytes) OVER turn AS bytes
        FROM seen_activity(p_owner, p_from, p_to) AS seen WINDOW turn AS (ROWS UNBOUNDED PRECEDING)) AS running
     WHERE events * p_times > most_events OR bytes * p_times > most_bytes
  ) THEN
    PERFORM demand(false, 'PT004', 'There is too much activity in these days for one report. Ask for fewer days.');
  END IF;
  SELECT sum(kinds.bytes * coalesce(p_rules, (
           SELECT count(*) FROM activity_rules WHERE owner_id = kinds.user_id AND NOT is_deleted)))
    INTO v_bytes
    FROM (SELECT user_id, sum(bytes_of_a_kind + bytes) AS bytes
            FROM (SELECT DISTINCT user_id, kind, bytes FROM seen_activity(p_owner, p_from, p_to)) AS each
           GROUP BY user_id) AS kinds;
  PERFORM demand(coalesce(v_bytes, 0) * p_times <= most_bytes_for_rules, 'PT004',
    'There are too many different windows in these days for so many rules. Ask for fewer days, or have fewer rules.');
END;
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
        AND may_reach(p_actor, owner_id, 'projects', 'read')), 'PT005', 'There is no such project.'),
    demand(v_task IS NULL OR EXISTS (
      SELECT FROM tasks WHERE id = v_task AND NOT is_deleted
        AND may_reach(p_actor, owner_id, 'tasks', 'read')), 'PT005', 'There is no such task.'),
    demand(NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(coalesce(nullif(p_values->'tag_ids', 'null'), '[]')) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM tags WHERE id = wanted::uuid AND NOT is_deleted
           AND may_reach(p_actor, owner_id, 'tags', 'read'))), 'PT005', 'There is no such tag.');
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION drop_expired_partitions(p_heartbeat_days integer, p_audit_days integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO, MDY'
AS $function$
DECLARE
  v_heartbeats timestamptz := now() - make_interval(days => greatest(p_heartbeat_days, 31));
  v_month record;
  v_stuck uuid[];
  v_count int := 0;
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
  FOR v_month IN
    SELECT partition FROM partitions_of('audit_events')
     WHERE starts IS NOT NULL AND ends <= now() - make_interval(days => greatest(p_audit_days, 7))
  LOOP
    EXECUTE format('DROP TABLE %s', v_month.partition);
    v_count := v_count + 1;
  END LOOP;
  v_heartbeats := least(v_heartbeats, (
    SELECT oldest_at FROM heartbeat_states WHERE oldest_at IS NOT NULL AND retry_at IS NULL ORDER BY oldest_at LIMIT 1));
  FOR v_month IN SELECT * FROM partitions_of('heartbeats') WHERE starts IS NOT NULL AND ends <= v_heartbeats ORDER BY starts LOOP
    -- What was being stored meanwhile is there from here on, and nothing more comes.
    LOCK TABLE heartbeats IN ACCESS EXCLUSIVE MODE;
    EXIT WHEN EXISTS (SELECT FROM heartbeat_states WHERE oldest_at < v_heartbeats AND retry_at IS NULL);
    v_stuck := ARRAY (SELECT user_id FROM heartbeat_states WHERE oldest_at < v_month.ends);
    IF drop_heartbeats_except(v_month.partition, v_month.starts, v_month.ends, v_stuck) THEN
      v_count := v_count + 1;
    END IF;
  END LOOP;
  RETURN v_count;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION erase_mentions(p_names text[], p_most integer, p_at timestamp with time zone, p_id uuid, OUT last_at timestamp with time zone, OUT last_id uuid)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
DECLARE
  -- As JSON has them; emails also within a text.
  v_parts text[] := ARRAY(
    SELECT CASE WHEN position('@' IN name) > 0 THEN trim(BOTH '"' FROM to_jsonb(name)::text) ELSE to_jsonb(name)::text END
      FROM unnest(p_names) AS name);
BEGIN
  SELECT occurred_at, id INTO last_at, last_id
    FROM (SELECT occurred_at, id FROM audit_events WHERE (occurred_at, id) > (p_at, p_id) ORDER BY occurred_at, id LIMIT p_most) AS part
   ORDER BY occurred_at DESC, id DESC LIMIT 1;
  PERFORM set_config('audit.erasure', 'on', true);
  UPDATE audit_events
     SET details = without_names(details, p_names) || '{"erased": true}'
   WHERE (occurred_at, id) > (p_at, p_id) AND (occurred_at, id) <= (last_at, last_id)
     AND EXISTS (SELECT FROM unnest(v_parts) AS part WHERE position(part IN lower(details::text)) > 0)
     AND without_names(details, p_names) <> details;
  PERFORM set_config('audit.erasure', '', true);
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION strip_audit_events(p_user uuid, p_most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO, MDY'
AS $function$
DECLARE
  v_count int;
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('audit.erasure', 'on', true);
  -- Where another did it, from where is theirs; and where it is about another, what it was.
  UPDATE audit_events
     SET address = CASE WHEN actor_id <> p_user THEN address END,
         request_id = CASE WHEN actor_id <> p_user THEN request_id END,
         details = CASE WHEN target_id = p_user THEN impersonal_details(details) ELSE details || '{"erased": true}' END
   WHERE id = ANY (ARRAY (
     SELECT id FROM audit_events WHERE (actor_id = p_user OR target_id = p_user) AND NOT details ? 'erased' LIMIT p_most))
     -- Another event may have been given the id of one of these.
     AND (actor_id = p_user OR target_id = p_user);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  PERFORM set_config('audit.erasure', '', true);
  RETURN v_count;
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
  -- Rows of several partitions may have the same place in theirs.
  DELETE FROM heartbeats
   WHERE user_id = p_user
     AND at <= (SELECT max(at) FROM (SELECT at FROM heartbeats WHERE user_id = p_user ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count >= p_most THEN
    RETURN true;
  END IF;
  -- Each before what it belongs to or refers to.
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
  -- What else goes with an account by a foreign key, in tables that this function does not know by name.
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
CREATE OR REPLACE FUNCTION keep_live(p_project uuid, p_task uuid, p_refusal text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION follow_task()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
  -- The credential and its user, live at this moment.
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
    RAISE EXCEPTION 'A personal token cannot do this: sign in.' USING ERRCODE = 'PT003';
  END IF;

  -- The permissions.
  v_scopes := expand_scopes(used.scopes);
  SELECT jsonb_agg(clause) INTO v_missing
    FROM unmet_clauses(used.user_id, used.is_superuser, v_scopes, p_claims->'required');
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003', DETAIL = v_missing;
  ELSIF p_claims->'required' = '[]' AND NOT suits_open_routes(used.scopes, p_claims ? 'reads') THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  ELSIF used.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
    RAISE EXCEPTION 'too long since the user proved who they are' USING ERRCODE = 'PT008';
  END IF;

  -- The budget.
  IF p_claims ? 'budget' THEN
    SELECT seconds INTO v_wait FROM blocked_seconds(used.user_id, p_claims->'budget'->>'policy');
    IF FOUND THEN
      RAISE EXCEPTION '%', (p_claims->'budget' || jsonb_build_object('seconds', v_wait))::text USING ERRCODE = 'PT007';
    END IF;
  END IF;

  -- What the statements behind it are told.
  IF used.scopes IS NOT NULL AND coalesce(used.last_used_at < now() - interval '1 minute', true)
     AND current_setting('transaction_read_only') = 'off' THEN
    UPDATE personal_tokens SET last_used_at = now()
     WHERE id = used.id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
  END IF;
  PERFORM origin(p_claims),
          set_config('audit.actor', used.user_id::text, true),
          set_config('audit.credential', used.id::text, true),
          set_config('audit.own_events', coalesce(p_claims->>'own_events', ''), true),
          set_config('guard.scopes', coalesce(to_jsonb(v_scopes)::text, ''), true);
  RETURN used.user_id;
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION problem_of_times(p_starts timestamp with time zone, p_ends timestamp with time zone, p_seconds double precision)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  SELECT CASE
    WHEN p_ends IS NULL THEN 'It has no end.'
    WHEN p_ends < p_starts THEN 'It ends before it starts.'
    WHEN p_ends > now() + interval '5 minutes' THEN 'It ends over five minutes ahead.'
    WHEN abs(extract(epoch FROM p_ends - p_starts) - p_seconds) > 60 THEN
      format('duration: is %s, but from start to end it is %s. Correct one of them, or leave the column of lengths out.',
             to_char(make_interval(secs => p_seconds), 'FMHH24:MI:SS'),
             to_char(make_interval(secs => extract(epoch FROM p_ends - p_starts)::float8), 'FMHH24:MI:SS'))
  END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION import_time_entries(p_actor uuid, p_source text, p_zone text, p_rows jsonb, p_import uuid)
 RETURNS TABLE(line integer, code text, message text, starts timestamp with time zone, ends timestamp with time zone, made text[])
 LANGUAGE plpgsql
AS $function$
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
    -- By index for each row, whatever the planner knows of the owner's entries: without statistics, it would read all of them each time.
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

  -- Each tag once, as it is written.
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION instants_of(p_local timestamp without time zone, p_zone text)
 RETURNS timestamp with time zone[]
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_a_superuser()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('superusers'));
  IF NOT EXISTS (SELECT FROM users WHERE is_superuser AND is_active AND NOT is_deleted) THEN
    RAISE EXCEPTION 'The last active superuser must stay one.' USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION limit_activity_buckets()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('activity_buckets ' || NEW.user_id, 0));
  PERFORM demand(
    EXISTS (SELECT FROM activity_buckets WHERE user_id = NEW.user_id AND id = NEW.id)
      OR (SELECT count(*) < 1000 FROM activity_buckets WHERE user_id = NEW.user_id),
    'PT004', 'You have 1000 buckets. Remove one that you don''t need.');
  RETURN NEW;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION limit_activity_settings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('activity_settings ' || NEW.user_id, 0));
  PERFORM demand(
    EXISTS (SELECT FROM activity_settings WHERE user_id = NEW.user_id AND key = NEW.key)
      OR (SELECT count(*) < 100 FROM activity_settings WHERE user_id = NEW.user_id),
    'PT004', 'There are 100 settings already.');
  RETURN NEW;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION lock_bucket(p_user uuid, p_id text)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_key bigint;
BEGIN
  SELECT key INTO v_key FROM activity_buckets WHERE user_id = p_user AND id = p_id FOR NO KEY UPDATE;
  PERFORM demand(FOUND, 'PT005', 'There is no such bucket.');
  RETURN v_key;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION promote_default_partition(p_table text, p_column text, p_name text, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_default text := p_table || '_default';
  v_from timestamptz := coalesce((SELECT max(ends) FROM partitions_of(p_table::regclass) WHERE ends <= p_from), p_from);
BEGIN
  -- Before any partition, as requests lock them.
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', p_table);
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, v_default);
  EXECUTE format('ALTER TABLE %I RENAME TO %I', v_default, p_name);
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', v_default, p_table);
  EXECUTE format('WITH moved AS (DELETE FROM %1$I WHERE %2$I < $1 OR %2$I >= $2 RETURNING *) INSERT INTO %3$I SELECT * FROM moved',
                 p_name, p_column, v_default) USING v_from, p_to;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', p_table, p_name, v_from, p_to);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', p_table, v_default);
  IF p_table = 'audit_events' THEN
    EXECUTE format('CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events()',
                   v_default);
  END IF;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION make_partitions(OUT made integer, OUT outside integer)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO, MDY'
AS $function$
DECLARE
  v_table text;
  v_column text;
  v_name text;
  v_from timestamptz;
  v_to timestamptz;
  v_count int;
BEGIN
  made := 0;
  outside := 0;
  -- One at a time; and none waits for long while others wait behind it.
  PERFORM set_config('lock_timeout', '2s', true);
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
  FOR v_table, v_column IN VALUES ('heartbeats', 'at'), ('audit_events', 'occurred_at') LOOP
    FOR v_from, v_to IN
      SELECT month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
        FROM generate_series(0, 2) AS n,
             LATERAL (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n) AS month) AS m
       ORDER BY n
    LOOP
      CONTINUE WHEN EXISTS (
        SELECT FROM partitions_of(v_table::regclass) p WHERE p.ends > v_from AND coalesce(p.starts, '-infinity') < v_to);
      v_name := v_table || to_char(v_from AT TIME ZONE 'UTC', '_YYYY_MM');
      EXECUTE format('SELECT count(*) FROM (SELECT FROM %1$I WHERE %2$I >= $1 AND %2$I < $2 LIMIT 100001) AS found',
                     v_table || '_default', v_column) INTO v_count USING v_from, v_to;
      IF v_count > 100000 THEN
        PERFORM promote_default_partition(v_table, v_column, v_name, v_from, v_to);
        made := made + 1;
        CONTINUE;
      END IF;
      -- Rows of this month that arrive while those before them are moved would be rows outside of the bounds of the default partition.
      EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', v_table || '_default');
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', v_name, v_table);
      PERFORM set_config('audit.retention', 'on', true);
      EXECUTE format('WITH moved AS (DELETE FROM %1$I WHERE %2$I >= $1 AND %2$I < $2 RETURNING *) INSERT INTO %3$I SELECT * FROM moved',
                     v_table || '_default', v_column, v_name) USING v_from, v_to;
      PERFORM set_config('audit.retention', '', true);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', v_table, v_name, v_from, v_to);
      IF v_table = 'audit_events' THEN
        EXECUTE format('CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events()',
                       v_name);
      END IF;
      made := made + 1;
    END LOOP;
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I LIMIT 10001) AS found', v_table || '_default') INTO v_count;
    outside := least(outside + v_count, 10001);
  END LOOP;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_do(p_user uuid, p_type text, p_action text, p_id text, p_administrative text[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  -- A name has one colon, so a type with a colon is of no permission but *.
  v_holds boolean := holds_all(p_user, ARRAY[CASE WHEN p_type LIKE '%:%' THEN '*' ELSE p_type || ':' || p_action END]);
  v_id uuid := uuid_in_text(p_id);
  v_exists boolean := true;
  -- What the account, role or permission grants.
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
CREATE OR REPLACE FUNCTION over_quota(p_most integer, p_label text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  SELECT format('An account can have %s %s at most, deleted ones included. Rename or restore one that you have.', p_most, p_label);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION project_of_entry(p_task uuid, p_wanted uuid, p_is_wanted boolean)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION prune_heartbeats(p_user uuid, p_since timestamp with time zone, p_most integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  v_before timestamptz := p_since - interval '24 hours';
  v_oldest timestamptz;
  v_months oid[] := ARRAY (
    SELECT partition::oid FROM partitions_of('heartbeats') WHERE starts IS NOT NULL AND ends <= v_before);
  v_count bigint;
  v_dropped bigint := 0;
BEGIN
  IF NOT build_slots(p_user, p_most) THEN
    RETURN NULL;
  END IF;
  UPDATE heartbeat_states SET kept_since = greatest(kept_since, p_since)
   WHERE user_id = p_user AND coalesce(lower(dirty), 'infinity') >= p_since RETURNING oldest_at INTO v_oldest;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM heartbeats
   WHERE user_id = p_user AND at < v_before AND tableoid <> ALL (v_months) AND at <= (
     SELECT max(at) FROM (
       SELECT at FROM heartbeats WHERE user_id = p_user AND at < v_before AND tableoid <> ALL (v_months) ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count >= p_most THEN
    RETURN v_count;
  END IF;
  IF v_months <> '{}' THEN
    SELECT count(*) INTO v_dropped FROM heartbeats
     WHERE user_id = p_user AND at >= coalesce(v_oldest, '-infinity') AND at < v_before AND tableoid = ANY (v_months);
    PERFORM reduce_usage(p_user, 'heartbeats', v_dropped);
  END IF;
  -- Those that are on their way are of the last hour: store_heartbeats waits with all others until this is done.
  UPDATE heartbeat_states
     SET oldest_at = least((SELECT at FROM heartbeats WHERE user_id = p_user AND at >= v_before ORDER BY at LIMIT 1),
                           now() - interval '2 hours')
   WHERE user_id = p_user;
  RETURN v_count + v_dropped;
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
  PERFORM demand(FOUND, 'PT005', 'There is no such time entry.'),
          demand(NOT EXISTS (SELECT FROM projects WHERE id = known.project_id AND is_deleted), 'PT005',
                 'The project of this time entry is deleted. Restore it, or move the time entry to another project.'),
          demand(NOT EXISTS (SELECT FROM tasks WHERE id = known.task_id AND is_deleted), 'PT005',
                 'The task of this time entry is deleted. Restore it, or give the time entry another task, or none.'),
          demand(NOT EXISTS (SELECT FROM time_entry_tags et JOIN tags t ON t.id = et.tag_id
                              WHERE et.entry_id = p_id AND t.is_deleted), 'PT005',
                 'A tag of this time entry is deleted. Restore it, or take it off the time entry.'),
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
                 'PT005', 'There is no such time entry.'),
          demand(known.ended_at IS NOT NULL OR p_at IS NULL OR p_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.'),
          lock_time(known.owner_id);
  UPDATE time_entries
     SET ended_at = greatest(coalesce(p_at, clock_timestamp())::timestamptz(3), started_at), updated_at = now(), version = version + 1
   WHERE id = p_id AND ended_at IS NULL;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION store_events(p_user uuid, p_bucket text, p_events jsonb)
 RETURNS SETOF activity_events
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_key bigint := lock_bucket(p_user, p_bucket);
  v_longest float8;
  event record;
BEGIN
  SELECT max((e->>'duration')::float8) INTO v_longest FROM jsonb_array_elements(p_events) AS e;
  PERFORM keep_reach(v_key, make_interval(secs => v_longest));
  FOR event IN
    SELECT e.id, e.timestamp AS starts, e.timestamp + make_interval(secs => e.duration) AS ends, e.data
      FROM ROWS FROM (jsonb_to_recordset(p_events) AS (id bigint, "timestamp" timestamptz, duration float8, data jsonb))
           WITH ORDINALITY AS e (id, "timestamp", duration, data, place)
     ORDER BY place
  LOOP
    IF event.id IS NULL THEN
      RETURN QUERY INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
        VALUES (v_key, event.starts, event.ends, event.data) RETURNING *;
    ELSE
      RETURN QUERY UPDATE activity_events SET started_at = event.starts, ended_at = event.ends, data = event.data
        WHERE id = event.id AND bucket_key = v_key RETURNING *;
      PERFORM demand(FOUND, 'PT005', 'There is no such event.');
    END IF;
  END LOOP;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION store_heartbeats(p_user uuid, p_items jsonb)
 RETURNS TABLE(place integer, hash uuid)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
  v_earliest timestamptz := (SELECT to_timestamp(min(i.time)) FROM jsonb_to_recordset(p_items) AS i ("time" float8));
  state heartbeat_states;
BEGIN
  INSERT INTO heartbeat_states (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
  -- So that it can't go before the heartbeats are there, nor leave the queue.
  PERFORM FROM heartbeat_states WHERE user_id = p_user FOR KEY SHARE;
  IF v_earliest < now() - interval '1 hour' THEN
    SELECT * INTO state FROM heartbeat_states WHERE user_id = p_user FOR NO KEY UPDATE;
  END IF;
  RETURN QUERY
  WITH items AS MATERIALIZED (
    SELECT i.*, to_timestamp(i.time) AS at,
           md5(ROW(entity, type, category, coalesce(sent_project, project), coalesce(sent_branch, branch),
                   coalesce(sent_language, language), editor, operating_system, machine, agent, is_write, details)::text)::uuid AS hash
      FROM jsonb_to_recordset(p_items) AS i (
        place int, "time" float8, entity text, type text, category text, project text, branch text, language text,
        editor text, operating_system text, machine text, agent text, is_write boolean, lines int, line_number int, cursor_position int,
        details jsonb, sent_project text, sent_branch text, sent_language text)
     WHERE to_timestamp(i.time) >= coalesce(state.kept_since + interval '1 hour', '-infinity')
  ), agents AS (
    INSERT INTO heartbeat_agents (user_id, id, value, editor, operating_system)
    SELECT DISTINCT ON (agent) p_user, md5(agent)::uuid, agent, editor, operating_system FROM items
     WHERE agent IS NOT NULL AND NOT EXISTS (
       SELECT FROM heartbeat_agents known
        WHERE known.user_id = p_user AND known.id = md5(agent)::uuid AND known.last_seen_at > now() - interval '1 hour')
    ON CONFLICT (user_id, id) DO UPDATE SET last_seen_at = now()
  ), stored AS (
    INSERT INTO heartbeats (user_id, at, hash, entity, type, category, project, branch, language, editor, operating_system, machine,
                            is_write, lines, line_number, cursor_position, details)
    SELECT p_user, at, hash, entity, type, category,
           CASE project WHEN '<<LAST_PROJECT>>' THEN (
             SELECT h.project FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.project IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE project END,
           CASE branch WHEN '<<LAST_BRANCH>>' THEN (
             SELECT h.branch FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.branch IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE branch END,
           CASE language WHEN '<<LAST_LANGUAGE>>' THEN (
             SELECT h.language FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.language IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE language END,
           editor, operating_system, machine, is_write, lines, line_number, cursor_position, details
      FROM items
     ORDER BY at, hash
    ON CONFLICT DO NOTHING
    RETURNING heartbeats.at
  ), touched AS (
    SELECT min(at) AS first, range_agg(tstzrange(slot_of(at - idle), slot_of(at + idle) + interval '15 minutes'))
             FILTER (WHERE at < state.built_until + idle) AS ranges
      FROM stored, make_interval(secs => state.idle_seconds) AS idle
  ), told AS (
    UPDATE heartbeat_states s
       SET dirty = s.dirty + coalesce(ranges, '{}'),
           due_at = least(s.due_at, first + interval '4 hours', CASE WHEN ranges IS NOT NULL THEN now() END),
           oldest_at = least(s.oldest_at, first)
      FROM touched
     WHERE s.user_id = p_user AND (ranges IS NOT NULL OR first < coalesce(s.oldest_at, 'infinity')
       OR first + interval '4 hours' < coalesce(s.due_at, 'infinity'))
  )
  SELECT place, hash FROM items;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION time_frame(p_user uuid, p_zone text, p_week_start integer, p_now timestamp with time zone)
 RETURNS TABLE(zone text, minutes integer, week_start integer, threshold integer, today date)
 LANGUAGE sql
 STABLE
AS $function$
  -- A day that has begun is not over until the next begins, even if clocks are put back.
  SELECT zone, minutes, week_start, threshold,
         shown + CASE WHEN day_start(shown + 1, zone, minutes) <= p_now THEN 1 ELSE 0 END
    FROM (SELECT known_zone(p_zone, s.timezone) AS zone, coalesce(s.day_start, 0)::int AS minutes,
                 coalesce(p_week_start, s.week_start, 1)::int AS week_start,
                 coalesce(s.streak_threshold_seconds, 900) AS threshold
            FROM (SELECT) AS nobody LEFT JOIN time_settings s ON s.user_id = p_user) AS chosen,
         LATERAL (SELECT ((p_now AT TIME ZONE (':' || zone)) - make_interval(mins => minutes))::date AS shown) AS by_the_clock;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION undo_import(p_actor uuid, p_import uuid)
 RETURNS TABLE(removed integer, kept uuid[], clients integer, projects integer, tasks integer, tags integer)
 LANGUAGE plpgsql
AS $function$
DECLARE
  known imports;
BEGIN
  PERFORM lock_time(p_actor);
  SELECT * INTO known FROM imports WHERE id = p_import AND owner_id = p_actor FOR UPDATE;
  PERFORM demand(FOUND, 'PT005', 'There is no such import.');
  DELETE FROM time_entries WHERE import_id = p_import AND owner_id = p_actor AND version = 1;
  GET DIAGNOSTICS removed = ROW_COUNT;
  UPDATE time_entries SET external_id = NULL WHERE import_id = p_import AND is_deleted;
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION unrecorded_activity(p_user uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_made boolean)
 RETURNS TABLE(starts timestamp with time zone, ends timestamp with time zone, n bigint, project_id uuid, category text, gap bigint)
 LANGUAGE sql
 STABLE
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
  WITH seen AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY starts) AS place FROM classified_activity(p_user, p_from, p_to, NULL)
  ), taken AS MATERIALIZED (
    SELECT lower(span) AS starts, upper(span) AS ends, row_number() OVER (ORDER BY lower(span)) AS place
      FROM (SELECT range_agg(tstzrange(starts, ends)) AS spans
              FROM (SELECT e.started_at AS starts, coalesce(e.ended_at, 'infinity') AS ends FROM time_entries e
                     WHERE e.owner_id = p_user AND NOT e.is_deleted AND e.started_at < p_to AND coalesce(e.ended_at, 'infinity') > p_from
                       -- From the day before on, or from the first of those that began before that and still go on.
                       AND e.started_at >= coalesce((
                         SELECT min(long.started_at) FROM time_entries long
                          WHERE long.owner_id = p_user AND NOT long.is_deleted AND long.started_at < p_from - interval '24 hours'
                            AND (long.ended_at IS NULL OR long.ended_at - long.started_at > interval '1 day')
                            AND coalesce(long.ended_at, 'infinity') > p_from), p_from - interval '24 hours')
                    UNION ALL
                    SELECT began, ended
                      FROM (SELECT to_timestamp(split_part(external_id, '/', 1)::float8 / 1000) AS began,
                                   to_timestamp(split_part(external_id, '/', 2)::float8 / 1000) AS ended
                              FROM time_entries WHERE p_made AND owner_id = p_user AND source = 'activity') AS made
                     WHERE began < p_to AND ended > p_from) AS times) AS entries,
           unnest(spans) AS span
  )
  SELECT part.starts, part.ends, s.n, s.project_id, s.category, coalesce(part.entry, 0)
    FROM (SELECT at AS starts, lead(at) OVER turn AS ends, max(span) OVER turn AS span, max(entry) OVER turn AS entry
            FROM (SELECT starts AS at, place AS span, NULL::bigint AS entry FROM seen
                  UNION ALL SELECT starts, NULL, place FROM taken
                  UNION ALL SELECT ends, NULL, NULL FROM seen
                  UNION ALL SELECT ends, NULL, NULL FROM taken) AS edges
          WINDOW turn AS (ORDER BY at)) AS part
    JOIN seen s ON s.place = part.span AND s.ends > part.starts
    LEFT JOIN taken t ON t.place = part.entry AND t.ends > part.starts
   WHERE part.ends > part.starts AND t.place IS NULL;
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
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION zone_name(p_zone text)
 RETURNS text
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
AS $function$
BEGIN
  -- Is taken back when the function ends.
  PERFORM set_config('timezone', ':' || p_zone, true);
  RETURN current_setting('timezone');
END;
$function$;
