DROP TRIGGER bound_organization_events ON audit_events;
--> statement-breakpoint
DROP FUNCTION bound_organization_events();
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
  -- Except names that another account has today.
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
  -- The keys of these counts contain the hash of the id or name that they are about.
  DELETE FROM throttles WHERE split_part(key, ':', 2) IN (
    SELECT encode(sha256(convert_to(of, 'UTF8')), 'hex') FROM unnest(v_names || p_user::text) AS of);
  UPDATE users
     SET email = 'erased-' || id || '@invalid', username = 'erased-' || id, password_hash = '$none$', first_name = NULL,
         last_name = NULL, email_verified_at = NULL, is_active = false, is_superuser = false
   WHERE id = p_user;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bound_own_events()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_unbound text[] := ARRAY['session.ended', 'session.reauthenticated', 'token.revoked', 'feed.revoked', 'factor.removed',
                            'user.password_changed', 'user.deleted'];
  v_most int := coalesce(nullif(current_setting('audit.own_events', true), '')::int, 100);
  v_oldest timestamptz;
BEGIN
  IF NEW.action = ANY (v_unbound) THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('own events ' || NEW.actor_id, 0));
  SELECT occurred_at INTO v_oldest
    FROM audit_events
   WHERE actor_id = NEW.actor_id AND target_id = NEW.actor_id AND credential_id IS NOT NULL AND action <> ALL (v_unbound)
     AND occurred_at > now() - interval '1 hour'
   ORDER BY occurred_at DESC, id DESC
  OFFSET v_most - 1 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%', jsonb_build_object('policy', 'own-events', 'quota', v_most, 'window', 3600, 'seconds',
      greatest(1, ceil(extract(epoch FROM v_oldest + interval '1 hour' - now())))::int) USING ERRCODE = 'PT007';
  END IF;
  RETURN NEW;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard(p_claims jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
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
  IF v_missing IS NOT NULL AND p_claims ? 'members'
     AND NOT EXISTS (SELECT FROM jsonb_array_elements(v_missing) AS unmet WHERE NOT coalesce(unmet ?| v_scopes, true))
     AND EXISTS (SELECT FROM memberships m
                   JOIN organizations o ON o.id = m.organization_id AND NOT o.is_deleted
                  WHERE m.user_id = used.user_id AND m.left_at IS NULL) THEN
    PERFORM set_config('guard.lacking', v_missing::text, true);
  ELSIF v_missing IS NOT NULL THEN
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
$$;
