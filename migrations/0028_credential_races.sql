-- Returns the names of the tokens, keys and feeds that ended when the account of p_user was closed: what their owner must make
-- again once it is open. end_access_of_closed() removes them when it opens the account, so read this before.
CREATE FUNCTION closed_access_of(p_user uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'tokens', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
                WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NULL),
    'keys', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM personal_tokens
              WHERE user_id = p_user AND revoked_for = 'account_closed' AND expires_at > now() AND key_hint IS NOT NULL),
    'feeds', (SELECT coalesce(jsonb_agg(name ORDER BY created_at, id), '[]') FROM calendar_feeds
               WHERE owner_id = p_user AND revoked_for = 'account_closed'));
$$;
--> statement-breakpoint
-- Refuses a new credential if the session or token of the request has ended since guard() saw it: what ends access locks the
-- user, this waits for that lock, and then looks again. Without it, a request that began just before a reset of the password
-- could leave a token behind. Reads the setting audit.credential, which guard() sets; without a guard nothing is asked.
--
--   PT001  the credential has ended
CREATE FUNCTION demand_open_access() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_user uuid := coalesce(to_jsonb(NEW)->>'user_id', to_jsonb(NEW)->>'owner_id')::uuid;
  v_credential uuid := nullif(current_setting('audit.credential', true), '')::uuid;
BEGIN
  IF v_credential IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM FROM users WHERE id = v_user FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM sessions WHERE id = v_credential AND revoked_at IS NOT NULL)
     OR EXISTS (SELECT FROM personal_tokens WHERE id = v_credential AND revoked_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the credential has ended' USING ERRCODE = 'PT001';
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON personal_tokens FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON calendar_feeds FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON passkeys FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON totp_factors FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON recovery_codes FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON one_time_tokens FOR EACH ROW EXECUTE FUNCTION demand_open_access();
