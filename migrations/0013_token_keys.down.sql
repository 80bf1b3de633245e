DROP FUNCTION guard(jsonb);
--> statement-breakpoint
CREATE FUNCTION guard(p_claims jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_user uuid := p_claims->>'user';
  v_token uuid := p_claims->>'token';
  actor record;
BEGIN
  IF v_token IS NULL THEN
    SELECT u.is_active, u.is_superuser, s.revoked_at IS NULL AND s.ends_at > now() AS is_live,
           s.authenticated_at, NULL::text[] AS scopes
      INTO actor
      FROM sessions s
      JOIN users u ON u.id = s.user_id
     WHERE s.id = (p_claims->>'session')::uuid AND s.user_id = v_user AND NOT u.is_deleted;
  ELSE
    SELECT u.is_active, u.is_superuser, t.revoked_at IS NULL AND t.expires_at > now() AS is_live,
           NULL::timestamptz AS authenticated_at, t.scopes
      INTO actor
      FROM personal_tokens t
      JOIN users u ON u.id = t.user_id
     WHERE t.id = v_token AND t.user_id = v_user AND t.secret_hash = p_claims->>'hash' AND NOT u.is_deleted;
  END IF;

  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such credential' USING ERRCODE = 'PT001';
  ELSIF NOT actor.is_active THEN
    RAISE EXCEPTION 'the account is deactivated' USING ERRCODE = 'PT002';
  ELSIF NOT actor.is_live THEN
    RAISE EXCEPTION 'the credential has ended' USING ERRCODE = 'PT001';
  ELSIF v_token IS NOT NULL AND p_claims ? 'in_person' THEN
    RAISE EXCEPTION 'A personal token cannot do this: sign in.' USING ERRCODE = 'PT003';
  ELSIF EXISTS (
    SELECT FROM jsonb_array_elements(p_claims->'required') AS clause
     WHERE NOT coalesce(clause ?| actor.scopes, true)
        OR NOT actor.is_superuser AND NOT EXISTS (
             SELECT FROM user_roles ur
               JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
               JOIN role_permissions rp ON rp.role_id = r.id
               JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
              WHERE ur.user_id = v_user AND clause ? p.name
           )
  ) THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  ELSIF actor.authenticated_at < now() - make_interval(secs => (p_claims->>'max_age')::int) THEN
    RAISE EXCEPTION 'too long since the user proved who they are' USING ERRCODE = 'PT008';
  END IF;

  IF v_token IS NOT NULL AND current_setting('transaction_read_only') = 'off' THEN
    UPDATE personal_tokens SET last_used_at = now()
     WHERE id = v_token AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
  END IF;
  PERFORM origin(p_claims),
          set_config('audit.actor', p_claims->>'user', true),
          set_config('audit.credential', coalesce(p_claims->>'token', p_claims->>'session'), true),
          set_config('guard.scopes', coalesce(to_jsonb(actor.scopes)::text, ''), true);
END;
$$;
--> statement-breakpoint
DROP FUNCTION actor();
--> statement-breakpoint
DROP FUNCTION expand_scopes(text[]);
--> statement-breakpoint
-- What the version before does not know.
DELETE FROM personal_tokens WHERE key_hint IS NOT NULL OR scopes && '{ingest,read,full}';
--> statement-breakpoint
DROP INDEX "personal_tokens_key";
--> statement-breakpoint
ALTER TABLE "personal_tokens" DROP COLUMN "key_hint";
