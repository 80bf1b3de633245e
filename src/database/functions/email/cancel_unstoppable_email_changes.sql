-- Cancels an email change that was requested before the email was verified and that its holder can't stop, once the
-- email is verified: an attacker who created the account in the holder's name may have requested it (Sudhodanan and
-- Paverd 2022, unexpired email change).
CREATE OR REPLACE FUNCTION cancel_unstoppable_email_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE email_changes SET cancelled_at = now()
   WHERE user_id = NEW.id AND applied_at IS NULL AND cancelled_at IS NULL AND stop_hash IS NULL;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER cancel_unstoppable_email_changes AFTER UPDATE OF email_verified_at ON users
FOR EACH ROW WHEN (OLD.email_verified_at IS NULL AND NEW.email_verified_at IS NOT NULL)
EXECUTE FUNCTION cancel_unstoppable_email_changes();
