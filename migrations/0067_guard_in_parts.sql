CREATE OR REPLACE FUNCTION blocked_seconds(p_user uuid, p_policy text) RETURNS TABLE (seconds int)
LANGUAGE sql STABLE AS $$
  SELECT ceil(extract(epoch FROM t.blocked_until - now()))::int
    FROM throttles t
   WHERE t.key = p_policy || ':' || encode(sha256(convert_to(p_user::text, 'UTF8')), 'hex') AND t.blocked_until > now();
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION credential_of_key(p_hash text)
RETURNS TABLE (id uuid, user_id uuid, is_active boolean, is_superuser boolean, is_live boolean, scopes text[],
               authenticated_at timestamptz, last_used_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT t.id, u.id, u.is_active, u.is_superuser, t.revoked_at IS NULL AND t.expires_at > now(), t.scopes,
         NULL::timestamptz, t.last_used_at
    FROM personal_tokens t
    JOIN users u ON u.id = t.user_id
   WHERE t.secret_hash = p_hash AND t.key_hint IS NOT NULL AND NOT u.is_deleted;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION credential_of_session(p_session uuid, p_user uuid)
RETURNS TABLE (id uuid, user_id uuid, is_active boolean, is_superuser boolean, is_live boolean, scopes text[],
               authenticated_at timestamptz, last_used_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT s.id, u.id, u.is_active, u.is_superuser, s.revoked_at IS NULL AND s.ends_at > now(), NULL::text[],
         s.authenticated_at, NULL::timestamptz
    FROM sessions s
    JOIN users u ON u.id = s.user_id
   WHERE s.id = p_session AND s.user_id = p_user AND NOT u.is_deleted;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION credential_of_token(p_token uuid, p_user uuid, p_hash text)
RETURNS TABLE (id uuid, user_id uuid, is_active boolean, is_superuser boolean, is_live boolean, scopes text[],
               authenticated_at timestamptz, last_used_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT t.id, u.id, u.is_active, u.is_superuser, t.revoked_at IS NULL AND t.expires_at > now(), t.scopes,
         NULL::timestamptz, t.last_used_at
    FROM personal_tokens t
    JOIN users u ON u.id = t.user_id
   WHERE t.id = p_token AND t.user_id = p_user AND t.secret_hash = p_hash AND t.key_hint IS NULL AND NOT u.is_deleted;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION scope_sets() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT '{ingest,read,full}'::text[];
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION expand_scopes(p_scopes text[]) RETURNS text[]
LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN NOT p_scopes && scope_sets() THEN p_scopes ELSE
    p_scopes
    || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
    || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
    || CASE WHEN 'read' = ANY (p_scopes)
            THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted) ELSE '{}' END
  END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION suits_open_routes(p_scopes text[], p_reads boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(NOT p_scopes <@ scope_sets() OR 'full' = ANY (p_scopes) OR p_reads AND 'read' = ANY (p_scopes), true);
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION unmet_clauses(p_user uuid, p_is_superuser boolean, p_scopes text[], p_required jsonb)
RETURNS TABLE (clause jsonb)
LANGUAGE sql STABLE AS $$
  SELECT required.clause
    FROM jsonb_array_elements(p_required) AS required (clause)
   WHERE NOT coalesce(required.clause ?| p_scopes, true)
      OR NOT p_is_superuser AND NOT EXISTS (
           SELECT FROM user_roles ur
             JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
             JOIN role_permissions rp ON rp.role_id = r.id
             JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
            WHERE ur.user_id = p_user AND required.clause ? p.name
         );
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard(p_claims jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
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
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION wildcards_of(p_name text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY[p_name, split_part(p_name, ':', 1) || ':*', '*'];
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION in_scope(p_name text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('guard.scopes', true), '')::jsonb ?| wildcards_of(p_name), true);
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION holds_all(p_user uuid, p_names text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
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
$$;
