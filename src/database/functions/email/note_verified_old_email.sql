-- Records in the open email changes of an account that the address to be replaced was verified.
CREATE OR REPLACE FUNCTION note_verified_old_email() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE email_changes SET from_verified_at = NEW.email_verified_at
   WHERE user_id = NEW.id AND applied_at IS NULL AND cancelled_at IS NULL AND lower(from_email) = lower(NEW.email);
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER note_verified_old_email AFTER UPDATE OF email_verified_at ON users
FOR EACH ROW WHEN (OLD.email_verified_at IS NULL AND NEW.email_verified_at IS NOT NULL)
EXECUTE FUNCTION note_verified_old_email();
