DROP FUNCTION blocked_seconds(uuid, text);
--> statement-breakpoint
DROP FUNCTION credential_of_key(text);
--> statement-breakpoint
DROP FUNCTION credential_of_session(uuid, uuid);
--> statement-breakpoint
DROP FUNCTION credential_of_token(uuid, uuid, text);
--> statement-breakpoint
DROP FUNCTION scope_sets();
--> statement-breakpoint
DROP FUNCTION suits_open_routes(text[], boolean);
--> statement-breakpoint
DROP FUNCTION unmet_clauses(uuid, boolean, text[], jsonb);
--> statement-breakpoint
DROP FUNCTION wildcards_of(text);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION expand_scopes(p_scopes text[])
 RETURNS text[]
 LANGUAGE sql
 STABLE STRICT
AS $function$
  SELECT CASE WHEN NOT p_scopes && '{ingest,read,full}' THEN p_scopes ELSE
    p_scopes
    || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
    || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
    || CASE WHEN 'read' = ANY (p_scopes)
            THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted) ELSE '{}' END
  END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard(p_claims jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
DECLARE
  actor record;
  v_scopes text[];
  v_wait int;
BEGIN
  IF p_claims ? 'session' THEN
    SELECT u.id, u.is_active, u.is_superuser, s.revoked_at IS NULL AND s.ends_at > now() AS is_live,
           s.authenticated_at, s.id AS credential, NULL::text[] AS scopes, NULL::timestamptz AS used_at
      INTO actor
      FROM sessions s
      JOIN users u ON u.id = s.user_id
     WHERE s.id = (p_claims->>'session')::uuid AND s.user_id = (p_claims->>'user')::uuid AND NOT u.is_deleted;
  ELSIF p_claims ? 'key_hash' THEN
    SELECT u.id, u.is_active, u.is_superuser, t.revoked_at IS NULL AND t.expires_at > now() AS is_live,
           NULL::timestamptz AS authenticated_at, t.id AS credential, t.scopes, t.last_used_at AS used_at
      INTO actor
      FROM personal_tokens t
      JOIN users u ON u.id = t.user_id
     WHERE t.secret_hash = p_claims->>'key_hash' AND t.key_hint IS NOT NULL AND NOT u.is_deleted;
  ELSE
    SELECT u.id, u.is_active, u.is_superuser, t.revoked_at IS NULL AND t.expires_at > now() AS is_live,
           NULL::timestamptz AS authenticated_at, t.id AS credential, t.scopes, t.last_used_at AS used_at
      INTO actor
      FROM personal_tokens t
      JOIN users u ON u.id = t.user_id
     WHERE t.id = (p_claims->>'token')::uuid AND t.user_id = (p_claims->>'user')::uuid
       AND t.secret_hash = p_claims->>'hash' AND t.key_hint IS NULL AND NOT u.is_deleted;
  END IF;
  v_scopes := expand_scopes(actor.scopes);

  IF actor.id IS NULL THEN
    RAISE EXCEPTION 'no such credential' USING ERRCODE = 'PT001';
  ELSIF NOT actor.is_active THEN
    RAISE EXCEPTION 'the account is deactivated' USING ERRCODE = 'PT002';
  ELSIF NOT actor.is_live THEN
    RAISE EXCEPTION 'the credential has ended' USING ERRCODE = 'PT001';
  ELSIF actor.scopes IS NOT NULL AND p_claims ? 'in_person' THEN
    RAISE EXCEPTION 'A personal token cannot do this: sign in.' USING ERRCODE = 'PT003';
  ELSIF EXISTS (
    SELECT FROM jsonb_array_elements(p_claims->'required') AS clause
     WHERE NOT coalesce(clause ?| v_scopes, true)
        OR NOT actor.is_superuser AND NOT EXISTS (
             SELECT FROM user_roles ur
               JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
               JOIN role_permissions rp ON rp.role_id = r.id
               JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
              WHERE ur.user_id = actor.id AND clause ? p.name
           )
  ) OR p_claims->'required' = '[]' AND actor.scopes <@ '{ingest,read,full}'
       AND NOT actor.scopes && (CASE WHEN p_claims ? 'reads' THEN '{read,full}' ELSE '{full}' END)::text[] THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  ELSIF actor.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
    RAISE EXCEPTION 'too long since the user proved who they are' USING ERRCODE = 'PT008';
  END IF;

  IF p_claims ? 'budget' THEN
    SELECT ceil(extract(epoch FROM t.blocked_until - now()))::int INTO v_wait
      FROM throttles t
     WHERE t.key = (p_claims->'budget'->>'policy') || ':' || encode(sha256(convert_to(actor.id::text, 'UTF8')), 'hex')
       AND t.blocked_until > now();
    IF FOUND THEN
      RAISE EXCEPTION '%', (p_claims->'budget' || jsonb_build_object('seconds', v_wait))::text USING ERRCODE = 'PT007';
    END IF;
  END IF;

  IF actor.scopes IS NOT NULL AND coalesce(actor.used_at < now() - interval '1 minute', true)
     AND current_setting('transaction_read_only') = 'off' THEN
    UPDATE personal_tokens SET last_used_at = now()
     WHERE id = actor.credential AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
  END IF;
  PERFORM origin(p_claims),
          set_config('audit.actor', actor.id::text, true),
          set_config('audit.credential', actor.credential::text, true),
          set_config('audit.own_events', coalesce(p_claims->>'own_events', ''), true),
          set_config('guard.scopes', coalesce(to_jsonb(v_scopes)::text, ''), true);
  RETURN actor.id;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION in_scope(p_name text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  SELECT coalesce(
    nullif(current_setting('guard.scopes', true), '')::jsonb ?| ARRAY[p_name, split_part(p_name, ':', 1) || ':*', '*'],
    true);
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
            WHERE ur.user_id = p_user AND p.name IN (wanted, split_part(wanted, ':', 1) || ':*', '*')
         )
      ));
$function$;
