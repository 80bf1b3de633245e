-- A change of the email that was asked for before the email was verified, and that its address can't stop, is over once it is: who
-- made the account in another's name may have asked for it, and would take it along (Sudhodanan and Paverd 2022, unexpired email change).
CREATE FUNCTION cancel_unstoppable_email_changes() RETURNS trigger
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
