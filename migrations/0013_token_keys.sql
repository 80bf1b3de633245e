ALTER TABLE "personal_tokens" ADD COLUMN "key_hint" text;--> statement-breakpoint
CREATE UNIQUE INDEX "personal_tokens_key" ON "personal_tokens" USING btree ("secret_hash") WHERE "personal_tokens"."key_hint" is not null;
--> statement-breakpoint
-- What the scopes of a token name, with names for sets of permissions taken for what they stand for now: see SCOPE_SETS in
-- core/permissions.ts.
CREATE FUNCTION expand_scopes(p_scopes text[]) RETURNS text[]
LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN NOT p_scopes && '{ingest,read,full}' THEN p_scopes ELSE
    p_scopes
    || CASE WHEN 'full' = ANY (p_scopes) THEN '{*}' ELSE '{}'::text[] END
    || CASE WHEN 'ingest' = ANY (p_scopes) THEN '{activity:create}' ELSE '{}'::text[] END
    || CASE WHEN 'read' = ANY (p_scopes)
            THEN array(SELECT name FROM permissions WHERE action IN ('read', 'read_any') AND NOT is_deleted) ELSE '{}' END
  END;
$$;
--> statement-breakpoint
-- Who asked, once the guard has let them: what statements behind it go by that can't be told.
CREATE FUNCTION actor() RETURNS uuid
LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('audit.actor', true), '')::uuid;
$$;
--> statement-breakpoint
DROP FUNCTION guard(jsonb);
--> statement-breakpoint
-- The check that travels with the work: the first statement of every transaction made for a signed-in request. It
-- raises, and so undoes and forbids what follows, unless the credential and its user are live at this moment, and every
-- clause of `required` is met; and says who that user is. A clause is an array of permission names of which the user must
-- hold one: [["tasks:read", "tasks:*", "*"]]. No clause asks for no more than being signed in. Of p_claims it reads
--
--   user          whom the credential is of, and
--     session       the session that it belongs to, or
--     token, hash   the personal token that it is, and the hash of its random part;
--   key_hash      or the hash of a key, which alone says whose it is
--   required      the clauses; the scopes of a token or a key must meet them too
--   reads         present where the request only reads: without a clause, a token with no scope but names of sets may do
--                 that with `read`, and anything with `full`
--   in_person     present where a personal token will not do
--   max_age       seconds since the user last proved who they are, at most
--   request_id, address   see origin()
--
--   PT001  no such credential, ended, or its user deleted
--   PT002  the account is deactivated
--   PT003  a permission is missing
--   PT008  too long since the user proved who they are
--
-- Where nothing can be written, as on a standby, it lets a token read all the same: when it was last used is then not noted.
CREATE FUNCTION guard(p_claims jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
  actor record;
  v_scopes text[];
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

  IF actor.scopes IS NOT NULL AND coalesce(actor.used_at < now() - interval '1 minute', true)
     AND current_setting('transaction_read_only') = 'off' THEN
    UPDATE personal_tokens SET last_used_at = now()
     WHERE id = actor.credential AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
  END IF;
  PERFORM origin(p_claims),
          set_config('audit.actor', actor.id::text, true),
          set_config('audit.credential', actor.credential::text, true),
          set_config('guard.scopes', coalesce(to_jsonb(v_scopes)::text, ''), true);
  RETURN actor.id;
END;
$$;
