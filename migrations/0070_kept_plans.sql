CREATE OR REPLACE FUNCTION access_of(p_user uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
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
      'recovery_codes', (SELECT count(*) FROM recovery_codes WHERE user_id = p_user AND used_at IS NULL)));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION account_named(p_identifier text, p_names jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF strpos(p_identifier, '@') > 0 THEN
    RETURN (SELECT id FROM users WHERE lower(email) = lower(p_identifier) AND NOT is_deleted);
  END IF;
  RETURN (
    SELECT id FROM users
     WHERE fold_case(username) IN (fold_case(p_names->>0), fold_case(p_names->>-1)) AND NOT is_deleted
     ORDER BY username = p_identifier DESC, fold_case(username) = fold_case(p_names->>0) DESC, created_at, id LIMIT 1);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION instant_text(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION role_tag(p_role uuid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT md5(concat_ws(',', r.version, (
             SELECT string_agg(p.id || '.' || p.version, ',' ORDER BY p.id)
               FROM role_permissions rp
               JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
              WHERE rp.role_id = r.id)))
      FROM roles r WHERE r.id = p_role);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION user_tag(p_user uuid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT md5(concat_ws(',', u.version, (
             SELECT string_agg(r.id || '.' || role_tag(r.id), ',' ORDER BY r.id)
               FROM user_roles ur
               JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
              WHERE ur.user_id = u.id)))
      FROM users u WHERE u.id = p_user);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION account_of(p_user uuid) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
      'tag', user_tag(u.id),
      'value', json_build_object(
        'id', u.id, 'username', u.username, 'email', u.email, 'is_active', u.is_active, 'is_superuser', u.is_superuser,
        'created_at', instant_text(u.created_at), 'first_name', u.first_name, 'last_name', u.last_name,
        'pending_email', (SELECT c.to_email FROM email_changes c
                           WHERE c.user_id = u.id AND c.applied_at IS NULL AND c.cancelled_at IS NULL
                             AND (c.confirmed_at IS NOT NULL OR c.expires_at > now())),
        'updated_at', instant_text(u.updated_at),
        'roles', (
          SELECT coalesce(json_agg(json_build_object(
                   'id', r.id, 'name', r.name, 'description', r.description, 'created_at', instant_text(r.created_at),
                   'updated_at', instant_text(r.updated_at),
                   'permissions', (
                     SELECT coalesce(json_agg(json_build_object(
                              'id', p.id, 'name', p.name, 'resource', p.resource, 'action', p.action,
                              'description', p.description, 'created_at', instant_text(p.created_at),
                              'updated_at', instant_text(p.updated_at)) ORDER BY p.name), '[]')
                       FROM role_permissions rp
                       JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
                      WHERE rp.role_id = r.id)) ORDER BY r.name, r.id), '[]')
            FROM user_roles ur
            JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
           WHERE ur.user_id = u.id)))
      FROM users u
     WHERE u.id = p_user AND NOT u.is_deleted);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
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
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION buckets_in(p_buckets jsonb)
RETURNS TABLE (key text, policy text, quota int, "window" int, first_delay int, longest_delay int)
LANGUAGE sql STABLE AS $$
  SELECT b.policy || ':' || encode(sha256(convert_to(b.source, 'UTF8')), 'hex'), b.policy, b.quota, b."window",
         b.first_delay, b.longest_delay
    FROM jsonb_to_recordset(p_buckets)
      AS b (policy text, source text, quota int, "window" int, first_delay int, longest_delay int);
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION closed_access_of(p_user uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
      'tokens', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
                  WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NULL),
      'keys', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
                WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NOT NULL),
      'feeds', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM calendar_feeds
                 WHERE owner_id = p_user AND revoked_for = 'account_closed')));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION next_count(p_attempts int, p_window_end timestamptz, p_quota int, p_window int, p_first_delay int,
                                      p_longest_delay int)
RETURNS TABLE (attempts int, window_ends_at timestamptz, blocked_until timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT next.attempts,
         CASE
           WHEN delay IS NOT NULL
             THEN now() + delay + make_interval(secs => CASE WHEN p_first_delay IS NULL THEN 0 ELSE p_window END)
           WHEN p_window_end <= now() THEN now() + make_interval(secs => p_window)
           ELSE p_window_end
         END,
         now() + delay
    FROM (SELECT CASE WHEN p_window_end <= now() THEN 1 ELSE p_attempts + 1 END AS attempts) AS next,
         LATERAL (SELECT CASE WHEN next.attempts >= p_quota THEN
           make_interval(secs => coalesce(least(p_first_delay * 2 ^ least(next.attempts - p_quota, 30), p_longest_delay), p_window))
         END AS delay) AS wait;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_attempt(p_buckets jsonb, p_audited jsonb DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_result record;
BEGIN
  WITH bucket AS MATERIALIZED (
    SELECT * FROM buckets_in(p_buckets)
  ), standing AS MATERIALIZED (
    SELECT bucket.*, ceil(extract(epoch FROM t.blocked_until - now()))::int AS seconds,
           coalesce(t.blocked_until > now() AND t.window_ends_at > now(), false) AS is_blocked
      FROM throttles t JOIN bucket ON bucket.key = t.key
     ORDER BY t.key FOR UPDATE OF t
  ), counted AS (
    INSERT INTO throttles AS t (key, attempts, window_ends_at, blocked_until)
    SELECT key, state.attempts, state.window_ends_at, state.blocked_until
      FROM bucket, next_count(0, now(), quota, "window", first_delay, longest_delay) AS state
     WHERE NOT EXISTS (SELECT FROM standing WHERE is_blocked)
     ORDER BY key
    ON CONFLICT (key) DO UPDATE SET (attempts, window_ends_at, blocked_until) = (
      SELECT state.attempts, state.window_ends_at, state.blocked_until
        FROM bucket, next_count(t.attempts, t.window_ends_at, quota, "window", first_delay, longest_delay) AS state
       WHERE bucket.key = t.key)
    WHERE t.blocked_until IS NULL OR least(t.blocked_until, t.window_ends_at) <= now()
    RETURNING key, blocked_until > now() AS is_blocked
  )
  SELECT (SELECT count(*) FROM counted) = (SELECT count(*) FROM bucket) AS is_counted,
         coalesce(
           (SELECT jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', seconds)
              FROM standing WHERE is_blocked ORDER BY seconds DESC LIMIT 1),
           (SELECT jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', 1)
              FROM bucket LIMIT 1)) AS block,
         (SELECT jsonb_agg(policy ORDER BY policy) FROM counted JOIN bucket USING (key) WHERE is_blocked) AS policies
    INTO v_result;
  IF p_audited IS NOT NULL AND v_result.is_counted THEN
    PERFORM audit(p_audited->>'failure', 'user', (p_audited->>'userId')::uuid, '{}');
  END IF;
  IF p_audited IS NOT NULL AND v_result.policies IS NOT NULL THEN
    PERFORM audit(p_audited->>'block', 'user', (p_audited->>'userId')::uuid,
      jsonb_build_object('policies', v_result.policies));
  END IF;
  RETURN jsonb_build_object('is_counted', v_result.is_counted,
    'block', CASE WHEN NOT v_result.is_counted THEN v_result.block END);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION day_start(p_day date, p_zone text, p_minutes int) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN (
    SELECT starts FROM day_starts(p_day, p_day, p_zone, p_minutes));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION demand_attempt(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_counted jsonb := count_attempt(p_buckets);
BEGIN
  IF NOT (v_counted->>'is_counted')::boolean THEN
    RAISE EXCEPTION '%', v_counted->'block' USING ERRCODE = 'PT007';
  END IF;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION standing_block(p_buckets jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object('policy', b.policy, 'quota', b.quota, 'window', b."window",
                              'seconds', ceil(extract(epoch FROM t.blocked_until - now()))::int)
      FROM buckets_in(p_buckets) b
      JOIN throttles t ON t.key = b.key
     WHERE t.blocked_until > now() AND t.window_ends_at > now()
     ORDER BY t.blocked_until DESC LIMIT 1);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION demand_open(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_block jsonb := standing_block(p_buckets);
BEGIN
  IF v_block IS NOT NULL THEN
    RAISE EXCEPTION '%', v_block USING ERRCODE = 'PT007';
  END IF;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION expand_scopes(p_scopes text[]) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN (
    SELECT CASE WHEN NOT p_scopes && scope_sets() THEN p_scopes ELSE
      p_scopes
      || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
      || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
      || CASE WHEN 'read' = ANY (p_scopes)
              THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted) ELSE '{}' END
    END);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION factors_of(p_user uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN jsonb_build_object(
    'sealedSecret', (SELECT sealed_secret FROM totp_factors WHERE user_id = p_user AND confirmed_at IS NOT NULL),
    'recoveryCodes', array(SELECT code_hash FROM recovery_codes WHERE user_id = p_user AND used_at IS NULL),
    'passkeys', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'userId', user_id, 'credentialId', credential_id,
               'publicKey', public_key, 'signCount', sign_count, 'transports', transports) ORDER BY created_at), '[]')
        FROM passkeys WHERE user_id = p_user));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION granted_names(p_kind text, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(name ORDER BY name COLLATE "C"), '[]')
      FROM (
        SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE p_kind = 'user' AND ur.user_id = p_id
        UNION ALL
        SELECT p.name FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id
         WHERE p_kind = 'role' AND rp.role_id = p_id
      ) AS granted);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_of_role(p_role uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(p.name), '{}')
      FROM role_permissions rp
      JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
     WHERE rp.role_id = p_role);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_of_user(p_user uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(granted), '{}')
      FROM user_roles ur
      JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
     WHERE ur.user_id = p_user);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_with_permission(p_permission uuid) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT array_agg(concerned.name)
      FROM (SELECT name FROM permissions WHERE id = p_permission
            UNION
            SELECT granted
              FROM role_permissions rp
              JOIN roles r ON r.id = rp.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
             WHERE rp.permission_id = p_permission) AS concerned);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION has_rank_over(p_actor uuid, p_user uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT bool_or(id = p_actor AND is_superuser) OR NOT bool_or(id = p_user AND is_superuser)
      FROM users WHERE id IN (p_actor, p_user));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION heartbeats_kept_since(p_days int) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
BEGIN
  RETURN (
    SELECT coalesce((SELECT starts FROM partitions_of('heartbeats') WHERE starts <= day AND day < ends), day) + interval '24 hours'
      FROM (SELECT (date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => p_days + 1)) AT TIME ZONE 'UTC' AS day) AS d);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION holds_all(p_user uuid, p_names text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
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
        )));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION insert_session(p_user uuid, p_session jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_total interval := make_interval(secs => (p_session->>'totalSeconds')::int);
  v_idle interval := make_interval(secs => (p_session->>'idleSeconds')::int);
BEGIN
  INSERT INTO sessions (id, user_id, secret_hash, token_delivery, address, user_agent, device_id, idle_at, ends_at)
  VALUES ((p_session->>'id')::uuid, p_user, p_session->>'secretHash', p_session->>'tokenDelivery', p_session->>'address',
          p_session->>'userAgent', (p_session->>'deviceId')::uuid, now() + least(v_idle, v_total), now() + v_total);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION is_billable_by_default(p_project uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce((SELECT is_billable FROM projects WHERE id = p_project), false));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_reach(p_bucket bigint, p_longest interval) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE activity_buckets SET reach_hours = 24 * ceil(extract(epoch FROM p_longest) / 86400)
   WHERE key = p_bucket AND make_interval(hours => reach_hours) < p_longest;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION knows_address(p_account uuid, p_address text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM sessions
     WHERE user_id = p_account AND address = p_address AND revoked_at IS NULL AND rotated_at > now() - interval '30 days');
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION note_origin(p_origin jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM origin(p_origin);
  RETURN true;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION reset_counts(p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  WITH found AS MATERIALIZED (
    SELECT t.key FROM throttles t JOIN buckets_in(p_buckets) b ON b.key = t.key ORDER BY t.key FOR UPDATE OF t)
  DELETE FROM throttles WHERE key IN (SELECT key FROM found);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sign_in_counters(p_attempt jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_account uuid := account_named(p_attempt->>'identifier', p_attempt->'names');
  v_key text := coalesce('id ' || v_account, 'name ' || fold_case(p_attempt->>'identifier'));
BEGIN
  IF (p_attempt->'device'->>'userId')::uuid = v_account THEN
    RETURN jsonb_build_array(p_attempt->'login_on_device' || jsonb_build_object('source', p_attempt->'device'->>'deviceId'));
  END IF;
  RETURN jsonb_build_array(p_attempt->'login' || jsonb_build_object('source', v_key || (p_attempt->>'network')))
    || CASE WHEN knows_address(v_account, p_attempt->>'address') THEN '[]'
            ELSE jsonb_build_array(p_attempt->'login_to_account' || jsonb_build_object('source', v_key)) END
    || (p_attempt->'from_address');
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION settle_sign_in(p_attempt jsonb, p_account uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_counters jsonb := sign_in_counters(p_attempt);
BEGIN
  PERFORM demand_open(v_counters);
  -- The first counter is that of the place: the device, or the network.
  PERFORM reset_counts(jsonb_build_array(v_counters->0));
  PERFORM demand_attempt(jsonb_build_array(p_attempt->'sign_in' || jsonb_build_object('source', p_account)));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION open_session(p_sign_in jsonb, p_session jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  v_user uuid := p_sign_in->>'userId';
  v_rehash text := p_sign_in->>'rehash';
  found_user users;
BEGIN
  SELECT * INTO found_user FROM users WHERE id = v_user FOR UPDATE;
  PERFORM settle_sign_in(p_sign_in->'attempt', v_user);
  IF found_user.password_hash IS DISTINCT FROM p_sign_in->>'passwordHash' OR NOT found_user.is_active OR found_user.is_deleted THEN
    RETURN NULL;
  END IF;
  PERFORM insert_session(v_user, p_session);
  IF v_rehash IS NOT NULL THEN
    UPDATE users SET password_hash = v_rehash WHERE id = v_user;
  END IF;
  RETURN json_build_object('id', v_user, 'username', found_user.username, 'email', found_user.email,
    'is_active', found_user.is_active, 'is_superuser', found_user.is_superuser, 'created_at', instant_text(found_user.created_at));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION over_quota(p_most int, p_label text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN format('An account can have at most %s %s, including deleted ones. Rename or restore an existing one.', p_most, p_label);
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION released_email(p_user uuid) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN p_user || '@released.invalid';
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION rotate_token(p_presented jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_counter int := p_presented->>'counter';
  v_grace interval := make_interval(secs => (p_presented->>'grace')::int);
  v_idle interval := make_interval(secs => (p_presented->>'idle')::int);
  v_rotation jsonb;
BEGIN
  PERFORM demand_open(p_presented->'refused');
  PERFORM demand_attempt(p_presented->'refreshes');
  WITH presented AS (
    SELECT s.id, s.user_id, s.token_delivery, s.counter,
           CASE
             WHEN u.is_deleted THEN 'ended'
             WHEN NOT u.is_active THEN 'inactive'
             WHEN s.revoked_at IS NOT NULL THEN 'ended'
             WHEN least(s.idle_at, s.ends_at) <= now() THEN 'expired'
             WHEN s.counter = v_counter THEN 'advance'
             WHEN s.counter < v_counter THEN 'ended'
             WHEN s.rotated_at > now() - v_grace
               THEN CASE WHEN s.counter = v_counter + 1 THEN 'reissue' ELSE 'superseded' END
             WHEN s.counter = v_counter + 1 AND (s.recovered_at IS NULL OR s.recovered_at < now() - interval '1 day')
               THEN 'recover'
             ELSE 'theft'
           END AS verdict
      FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = (p_presented->>'session')::uuid AND s.secret_hash = p_presented->>'hash'
       FOR UPDATE OF s
  ), carried_out AS (
    UPDATE sessions s
       SET counter = CASE verdict WHEN 'advance' THEN s.counter + 1 ELSE s.counter END,
           rotated_at = CASE verdict WHEN 'theft' THEN s.rotated_at ELSE now() END,
           recovered_at = CASE verdict WHEN 'recover' THEN now() ELSE s.recovered_at END,
           idle_at = CASE verdict WHEN 'theft' THEN s.idle_at ELSE least(now() + v_idle, s.ends_at) END,
           revoked_at = CASE verdict WHEN 'theft' THEN now() END,
           revoked_for = CASE verdict WHEN 'theft' THEN 'token_reuse' END
      FROM presented WHERE s.id = presented.id AND verdict IN ('advance', 'recover', 'theft')
    RETURNING s.counter
  )
  SELECT jsonb_build_object('verdict', verdict, 'user_id', user_id, 'token_delivery', token_delivery,
                            'counter', coalesce((SELECT counter FROM carried_out), counter))
    INTO v_rotation
    FROM presented;
  RETURN v_rotation;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sign_in_facts(p_attempt jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_account uuid := account_named(p_attempt->>'identifier', p_attempt->'names');
  v_counters jsonb := sign_in_counters(p_attempt);
BEGIN
  IF knows_address(v_account, p_attempt->>'address') THEN
    v_counters := v_counters || jsonb_build_array(p_attempt->'sign_in' || jsonb_build_object('source', v_account));
  END IF;
  RETURN jsonb_build_object(
    'account', (
      SELECT jsonb_build_object('userId', u.id, 'passwordHash', u.password_hash, 'isActive', u.is_active) || factors_of(u.id)
        FROM users u WHERE u.id = v_account),
    'block', standing_block(v_counters));
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION slots_until(p_user uuid, p_idle interval) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce((
      SELECT CASE WHEN make_interval(secs => idle_seconds) = p_idle THEN least(built_until, lower(dirty)) ELSE kept_since END
        FROM heartbeat_states WHERE user_id = p_user), '-infinity'));
END;
$$;
