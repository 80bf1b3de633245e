CREATE TABLE "erasures" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"ordered_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"begun_at" timestamp (3) with time zone,
	"names" text[] DEFAULT '{}' NOT NULL,
	"erased_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "erasures_unfinished" ON "erasures" USING btree ("ordered_at") WHERE "erasures"."erased_at" is null;--> statement-breakpoint
CREATE INDEX "goals_by_client_id" ON "goals" USING btree ("client_id") WHERE "goals"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "goals_by_project_id" ON "goals" USING btree ("project_id") WHERE "goals"."project_id" is not null;--> statement-breakpoint
CREATE INDEX "goals_by_task_id" ON "goals" USING btree ("task_id") WHERE "goals"."task_id" is not null;--> statement-breakpoint
CREATE INDEX "goals_by_tag_id" ON "goals" USING btree ("tag_id") WHERE "goals"."tag_id" is not null;--> statement-breakpoint
CREATE INDEX "users_deleted" ON "users" USING btree ("deleted_at") WHERE "users"."is_deleted";
--> statement-breakpoint
-- The log is added to. The end of the retention period removes events, and erase_records() and erase_mentions() take away what is
-- personal in them: who did what to whom and when stays, what else changes becomes null, and details only lose parts, which they
-- say in "erased". Each says so for its transaction by a setting.
CREATE OR REPLACE FUNCTION keep_audit_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND current_setting('audit.erasure', true) = 'on' THEN
    IF NEW.details ? 'erased' AND NEW.details - 'erased' <@ OLD.details
       AND (NEW.actor_id, NEW.credential_id, NEW.target_id) IS NOT DISTINCT FROM (OLD.actor_id, OLD.credential_id, OLD.target_id)
       AND NOT EXISTS (
         SELECT FROM jsonb_each(to_jsonb(NEW) - 'details') AS n JOIN jsonb_each(to_jsonb(OLD)) AS o USING (key)
          WHERE n.value <> o.value AND n.value <> 'null') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'audit events are never changed';
END;
$$;
--> statement-breakpoint
-- Returns p_details of an event about an erased account without anything that a person wrote or that tells of a person: ids, kinds
-- and names of roles stay.
CREATE FUNCTION impersonal_details(p_details jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, value), '{}') || '{"erased": true}'
    FROM jsonb_each(p_details)
   WHERE key IN ('session_id', 'token_id', 'feed_id', 'kind', 'reason', 'policies', 'scopes', 'expires_at')
      OR key IN ('before', 'after') AND jsonb_typeof(value) = 'array';
$$;
--> statement-breakpoint
-- Returns whether p_text is one of p_names, which are in lower case, or has one in it that is an email.
CREATE FUNCTION names_person(p_text text, p_names text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (
    SELECT FROM unnest(p_names) AS name
     WHERE lower(p_text) = name OR position('@' IN name) > 0 AND position(name IN lower(p_text)) > 0);
$$;
--> statement-breakpoint
-- Returns p_value without the texts in it that name the person with p_names.
CREATE FUNCTION without_names(p_value jsonb, p_names text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(p_value)
    WHEN 'object' THEN coalesce((
      SELECT jsonb_object_agg(key, without_names(value, p_names)) FROM jsonb_each(p_value)
       WHERE jsonb_typeof(value) <> 'string' OR NOT names_person(value #>> '{}', p_names)), '{}')
    WHEN 'array' THEN coalesce((
      SELECT jsonb_agg(without_names(value, p_names)) FROM jsonb_array_elements(p_value)
       WHERE jsonb_typeof(value) <> 'string' OR NOT names_person(value #>> '{}', p_names)), '[]')
    ELSE p_value END;
END;
$$;
--> statement-breakpoint
-- Begins to erase the account p_user, if its erasure was ordered or it was deleted over p_days ago: it loses its names, and can't be
-- restored any more. The row that stays says that there was an account, for what refers to it. Doing it twice does nothing more.
CREATE FUNCTION begin_erasure(p_user uuid, p_days int) RETURNS void
LANGUAGE plpgsql AS $$
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
$$;
--> statement-breakpoint
-- Erases what the account p_user has, whose erasure has begun, and what is personal in the events of the audit log that it did or
-- that were done to it: p_most rows of each table at most. Whether it may have left some. What records of others refer to stays as
-- a deleted record without a name of its own.
CREATE FUNCTION erase_records(p_user uuid, p_most int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_table text;
  v_text text;
  v_count bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN false;
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
    ('heartbeats', 'user_id = $1'),
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
  PERFORM set_config('audit.erasure', 'on', true);
  -- Where another did it, from where is theirs; and where it is about another, what it was.
  UPDATE audit_events
     SET address = CASE WHEN actor_id <> p_user THEN address END,
         request_id = CASE WHEN actor_id <> p_user THEN request_id END,
         details = CASE WHEN target_id = p_user THEN impersonal_details(details) ELSE details || '{"erased": true}' END
   WHERE id = ANY (ARRAY (
     SELECT id FROM audit_events WHERE (actor_id = p_user OR target_id = p_user) AND NOT details ? 'erased' LIMIT p_most));
  GET DIAGNOSTICS v_count = ROW_COUNT;
  PERFORM set_config('audit.erasure', '', true);
  RETURN v_count = p_most;
END;
$$;
--> statement-breakpoint
-- Takes the texts that name a person by p_names out of p_most events of the audit log, those after the event p_id at p_at. The last
-- of them, to go on after; null at the end of the log.
CREATE FUNCTION erase_mentions(p_names text[], p_most int, p_at timestamptz, p_id uuid, OUT last_at timestamptz, OUT last_id uuid)
LANGUAGE plpgsql AS $$
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
$$;
