-- Ends access when an account is closed (deactivated or deleted), over HTTP or by hand, and again when it is reopened,
-- so that no credential survives that was created during the closing. The tokens, keys and feeds that the closing
-- ended stay in their tables until the account is reopened, so that the response can list them.
CREATE OR REPLACE FUNCTION end_access_of_closed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.is_active AND NOT NEW.is_deleted THEN
    PERFORM end_access(NEW.id, 'account_reopened');
    DELETE FROM personal_tokens WHERE user_id = NEW.id AND revoked_for = 'account_closed';
    DELETE FROM calendar_feeds WHERE owner_id = NEW.id AND revoked_for = 'account_closed';
  ELSE
    PERFORM end_access(NEW.id, 'account_closed');
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER end_access_of_closed AFTER UPDATE OF is_active, is_deleted ON users
FOR EACH ROW
WHEN ((OLD.is_active AND NOT OLD.is_deleted) <> (NEW.is_active AND NOT NEW.is_deleted))
EXECUTE FUNCTION end_access_of_closed();
