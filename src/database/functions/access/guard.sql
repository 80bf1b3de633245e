-- Checks the request's credential, permissions and rate limit, as the first statement of the transaction that does the
-- request's work. It raises, which rolls back the transaction and skips the statements that follow, unless the
-- credential and its user are live and each clause of `required` is met. Returns the id of the user. A clause is an
-- array of permission names of which the user must hold one: [["tasks:read", "tasks:*", "*"]]. An empty list of
-- clauses only requires a sign-in. If the database is read-only, as on a standby, it does not record when a token was
-- last used.
--
-- Parameters
--   p_claims  an object with these members
--     user                the user of the credential, and
--       session             the session that it belongs to, or
--       token, hash         the id of the personal token, and the hash of its random part;
--     key_hash            or the hash of a key, which identifies its user by itself
--     required            the clauses; the scopes of a token or a key must meet them too
--     members             present if a membership of any organization also admits a user without the permissions, because
--                         the request is about a record: its statements decide, and personal records stay out of reach
--     reads               present if the request only reads: where no permission is required, a token whose scopes are
--                         all scope sets then needs `read` instead of `full`
--     within              clauses of grants that the user's role in the organization must meet, and
--       organization        that organization; without a membership of it, it does not exist for the user
--       frame               clauses of permissions that take the place of the membership, for operators
--     in_person           present if personal tokens are refused
--     max_age             the maximum number of seconds since the user last proved their identity
--     budget              the rate limit of the request: {"policy": "writes", "quota": 600, "window": 60}
--     own_events          how many audit events the user may cause about themselves in an hour
--     request_id, address  see origin()
--
-- Reads the setting transaction_read_only.
-- Sets audit.actor, audit.credential, audit.own_events, guard.lacking, guard.scopes.
--
-- Raises
--   PT001  the credential does not exist or has ended, or its user is deleted
--   PT002  the account is deactivated
--   PT003  a permission or a grant is missing; the detail has the clauses that are not met, as JSON
--   PT005  the user is not a member of the organization
--   PT007  the rate limit is exceeded; the message is a Block, as JSON
--   PT008  the user last proved their identity too long ago
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
  ELSIF used.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
    RAISE EXCEPTION 'recent authentication required' USING ERRCODE = 'PT008';
  END IF;

  -- The rate limit.
  IF p_claims ? 'budget' THEN
    SELECT seconds INTO v_wait FROM blocked_seconds(used.user_id, p_claims->'budget'->>'policy');
    IF FOUND THEN
      RAISE EXCEPTION '%', (p_claims->'budget' || jsonb_build_object('seconds', v_wait))::text USING ERRCODE = 'PT007';
    END IF;
  END IF;

  -- The organization, which the scopes limit too. After the rate limit, so that an account can't try many.
  PERFORM set_config('guard.scopes', coalesce(to_jsonb(v_scopes)::text, ''), true);
  IF p_claims ? 'within' AND (NOT p_claims ? 'frame' OR EXISTS (
       SELECT FROM unmet_clauses(used.user_id, used.is_superuser, v_scopes, p_claims->'frame'))) THEN
    PERFORM demand_within(used.user_id, (p_claims->>'organization')::uuid, p_claims->'within');
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
