DROP FUNCTION account_named(text, jsonb);
--> statement-breakpoint
DROP FUNCTION account_of(uuid);
--> statement-breakpoint
DROP FUNCTION buckets_in(jsonb);
--> statement-breakpoint
DROP FUNCTION count_attempt(jsonb, jsonb);
--> statement-breakpoint
DROP FUNCTION demand_attempt(jsonb);
--> statement-breakpoint
DROP FUNCTION demand_open(jsonb);
--> statement-breakpoint
DROP FUNCTION factors_of(uuid);
--> statement-breakpoint
DROP FUNCTION insert_session(uuid, jsonb);
--> statement-breakpoint
DROP FUNCTION instant_text(timestamp with time zone);
--> statement-breakpoint
DROP FUNCTION knows_address(uuid, text);
--> statement-breakpoint
DROP FUNCTION next_count(integer, timestamp with time zone, integer, integer, integer, integer);
--> statement-breakpoint
DROP FUNCTION note_origin(jsonb);
--> statement-breakpoint
DROP FUNCTION open_session(jsonb, jsonb);
--> statement-breakpoint
DROP FUNCTION reset_counts(jsonb);
--> statement-breakpoint
DROP FUNCTION rotate_token(jsonb);
--> statement-breakpoint
DROP FUNCTION settle_sign_in(jsonb, uuid);
--> statement-breakpoint
DROP FUNCTION sign_in_counters(jsonb);
--> statement-breakpoint
DROP FUNCTION sign_in_facts(jsonb);
--> statement-breakpoint
DROP FUNCTION standing_block(jsonb);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION access_of(p_user uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  SELECT jsonb_build_object(
    'sessions', (SELECT count(*) FROM sessions
                  WHERE user_id = p_user AND revoked_at IS NULL AND least(idle_at, ends_at) > now()),
    'tokens', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                 FROM personal_tokens
                WHERE user_id = p_user AND revoked_at IS NULL AND expires_at > now() AND key_hint IS NULL),
    'keys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
               FROM personal_tokens
              WHERE user_id = p_user AND revoked_at IS NULL AND expires_at > now() AND key_hint IS NOT NULL),
    'feeds', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                FROM calendar_feeds WHERE owner_id = p_user AND revoked_at IS NULL),
    'passkeys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                   FROM passkeys WHERE user_id = p_user),
    'authenticator', EXISTS (SELECT FROM totp_factors WHERE user_id = p_user AND confirmed_at IS NOT NULL),
    'recovery_codes', (SELECT count(*) FROM recovery_codes WHERE user_id = p_user AND used_at IS NULL));
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
  INSERT INTO audit_events (actor_id, credential_id, action, target_type, target_id, address, request_id, details)
  VALUES (
    coalesce(
      nullif(current_setting('audit.actor', true), '')::uuid,
      CASE WHEN current_setting('audit.request', true) <> '' THEN p_actor END),
    nullif(current_setting('audit.credential', true), '')::uuid,
    p_action, p_target_type, p_target,
    nullif(current_setting('audit.address', true), ''),
    nullif(current_setting('audit.request', true), ''),
    p_details);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION closed_access_of(p_user uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  SELECT jsonb_build_object(
    'tokens', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
                WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NULL),
    'keys', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
              WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NOT NULL),
    'feeds', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM calendar_feeds
               WHERE owner_id = p_user AND revoked_for = 'account_closed'));
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION day_start(p_day date, p_zone text, p_minutes integer)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE STRICT
AS $function$
  SELECT starts FROM day_starts(p_day, p_day, p_zone, p_minutes);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION expand_scopes(p_scopes text[])
 RETURNS text[]
 LANGUAGE sql
 STABLE STRICT
AS $function$
  SELECT CASE WHEN NOT p_scopes && scope_sets() THEN p_scopes ELSE
    p_scopes
    || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
    || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
    || CASE WHEN 'read' = ANY (p_scopes)
            THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted) ELSE '{}' END
  END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION granted_names(p_kind text, p_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  SELECT coalesce(jsonb_agg(name ORDER BY name COLLATE "C"), '[]')
    FROM (
      SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE p_kind = 'user' AND ur.user_id = p_id
      UNION ALL
      SELECT p.name FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id
       WHERE p_kind = 'role' AND rp.role_id = p_id
    ) AS granted;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_of_role(p_role uuid)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  SELECT coalesce(array_agg(p.name), '{}')
    FROM role_permissions rp
    JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
   WHERE rp.role_id = p_role;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_of_user(p_user uuid)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  SELECT coalesce(array_agg(granted), '{}')
    FROM user_roles ur
    JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
   WHERE ur.user_id = p_user;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_with_permission(p_permission uuid)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  SELECT array_agg(concerned.name)
    FROM (SELECT name FROM permissions WHERE id = p_permission
          UNION
          SELECT granted
            FROM role_permissions rp
            JOIN roles r ON r.id = rp.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
           WHERE rp.permission_id = p_permission) AS concerned;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION has_rank_over(p_actor uuid, p_user uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  SELECT bool_or(id = p_actor AND is_superuser) OR NOT bool_or(id = p_user AND is_superuser)
    FROM users WHERE id IN (p_actor, p_user);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION heartbeats_kept_since(p_days integer)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO, MDY'
AS $function$
  SELECT coalesce((SELECT starts FROM partitions_of('heartbeats') WHERE starts <= day AND day < ends), day) + interval '24 hours'
    FROM (SELECT (date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => p_days + 1)) AT TIME ZONE 'UTC' AS day) AS d;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION holds_all(p_user uuid, p_names text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  SELECT NOT EXISTS (SELECT FROM unnest(p_names) AS wanted WHERE NOT in_scope(wanted))
    AND (coalesce((SELECT is_superuser FROM users WHERE id = p_user AND NOT is_deleted AND is_active), false)
      OR NOT EXISTS (
        SELECT FROM unnest(p_names) AS wanted
         WHERE NOT EXISTS (
           SELECT FROM user_roles ur
             JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
             JOIN role_permissions rp ON rp.role_id = r.id
             JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
            WHERE ur.user_id = p_user AND p.name = ANY (wildcards_of(wanted))
         )
      ));
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION is_billable_by_default(p_project uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  SELECT coalesce((SELECT is_billable FROM projects WHERE id = p_project), false);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_reach(p_bucket bigint, p_longest interval)
 RETURNS void
 LANGUAGE sql
AS $function$
  UPDATE activity_buckets SET reach_hours = 24 * ceil(extract(epoch FROM p_longest) / 86400)
   WHERE key = p_bucket AND make_interval(hours => reach_hours) < p_longest;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION over_quota(p_most integer, p_label text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  SELECT format('An account can have at most %s %s, including deleted ones. Rename or restore an existing one.', p_most, p_label);
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION released_email(p_user uuid)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  SELECT p_user || '@released.invalid';
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION role_tag(p_role uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  SELECT md5(concat_ws(',', r.version, (
           SELECT string_agg(p.id || '.' || p.version, ',' ORDER BY p.id)
             FROM role_permissions rp
             JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
            WHERE rp.role_id = r.id)))
    FROM roles r WHERE r.id = p_role;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION slots_until(p_user uuid, p_idle interval)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
  SELECT coalesce((
    SELECT CASE WHEN make_interval(secs => idle_seconds) = p_idle THEN least(built_until, lower(dirty)) ELSE kept_since END
      FROM heartbeat_states WHERE user_id = p_user), '-infinity');
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION user_tag(p_user uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  SELECT md5(concat_ws(',', u.version, (
           SELECT string_agg(r.id || '.' || role_tag(r.id), ',' ORDER BY r.id)
             FROM user_roles ur
             JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
            WHERE ur.user_id = u.id)))
    FROM users u WHERE u.id = p_user;
$function$;
