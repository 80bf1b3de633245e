-- Refuses a new credential if the session or token of the request has ended since guard() saw it. Functions that end
-- access lock the row of the user; this trigger waits for that lock and then looks again. Otherwise a request that
-- began just before a password reset could leave a token behind. Without a guard it allows everything.
--
-- Reads the setting audit.credential.
--
-- Raises
--   PT001  the credential of the request has ended
CREATE OR REPLACE FUNCTION demand_open_access() RETURNS trigger
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
CREATE TRIGGER demand_open_access BEFORE INSERT ON calendar_feeds FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON one_time_tokens FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON passkeys FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON personal_tokens FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON recovery_codes FOR EACH ROW EXECUTE FUNCTION demand_open_access();
--> statement-breakpoint
CREATE TRIGGER demand_open_access BEFORE INSERT ON totp_factors FOR EACH ROW EXECUTE FUNCTION demand_open_access();
