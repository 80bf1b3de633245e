-- Logs second factors from their confirmation to their removal, with a reason where end_access() removed them, and
-- each use of a recovery code.
--
-- Parameters
--   TG_ARGV[0]  the kind of factor: passkey, recovery_code or totp
--
-- Reads the setting audit.reason.
CREATE OR REPLACE FUNCTION audit_factor() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
BEGIN
  IF kind = 'recovery_code' THEN
    IF NEW.used_at IS NOT NULL AND OLD.used_at IS NULL THEN
      PERFORM audit('recovery_code.used', 'user', NEW.user_id, '{}', NEW.user_id);
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF to_jsonb(OLD)->'confirmed_at' IS DISTINCT FROM 'null' THEN
      PERFORM audit('factor.removed', 'user', OLD.user_id, jsonb_strip_nulls(jsonb_build_object(
        'kind', kind, 'reason', nullif(current_setting('audit.reason', true), ''))), OLD.user_id);
    END IF;
  ELSIF TG_OP = 'INSERT' AND kind = 'passkey'
     OR kind = 'totp' AND to_jsonb(NEW)->>'confirmed_at' IS NOT NULL AND (TG_OP = 'INSERT' OR to_jsonb(OLD)->>'confirmed_at' IS NULL) THEN
    PERFORM audit('factor.added', 'user', NEW.user_id, jsonb_build_object('kind', kind));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_passkeys AFTER INSERT OR DELETE ON passkeys
FOR EACH ROW EXECUTE FUNCTION audit_factor('passkey');
--> statement-breakpoint
CREATE TRIGGER audit_recovery_codes AFTER UPDATE OF used_at ON recovery_codes
FOR EACH ROW EXECUTE FUNCTION audit_factor('recovery_code');
--> statement-breakpoint
CREATE TRIGGER audit_totp_factors AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON totp_factors
FOR EACH ROW EXECUTE FUNCTION audit_factor('totp');
