-- Cancels email changes that have yet to take effect when the account is closed, its password changes or its email
-- changes otherwise: their requester may be the reason. Deletes all email changes of a deleted account. Rehashing a
-- password with other cost parameters leaves the version of the user unchanged and cancels nothing.
CREATE OR REPLACE FUNCTION cancel_email_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.is_deleted THEN
    DELETE FROM email_changes WHERE user_id = NEW.id;
  ELSE
    UPDATE email_changes SET cancelled_at = now() WHERE user_id = NEW.id AND applied_at IS NULL AND cancelled_at IS NULL;
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER cancel_email_changes AFTER UPDATE ON users
FOR EACH ROW
WHEN (OLD.is_deleted <> NEW.is_deleted OR OLD.is_active AND NOT NEW.is_active OR OLD.email <> NEW.email
  OR OLD.password_hash <> NEW.password_hash AND OLD.version <> NEW.version)
EXECUTE FUNCTION cancel_email_changes();
