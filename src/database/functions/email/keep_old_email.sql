-- Refuses an email for a new, changed or restored account if demand_email_free() does; otherwise takes it from the
-- deactivated account that has it and never verified it. If that account is activated first, it keeps the email, and
-- the unique index decides.
--
-- Raises
--   23505  users_email_key: the email is taken
CREATE OR REPLACE FUNCTION keep_old_email() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT NEW.is_deleted THEN
    PERFORM demand_email_free(NEW.id, NEW.email);
    UPDATE users SET email = released_email(id), updated_at = now(), version = version + 1
     WHERE lower(email) = lower(NEW.email) AND NOT is_deleted AND id <> NEW.id
       AND NOT is_active AND email_verified_at IS NULL;
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_old_email BEFORE INSERT OR UPDATE OF email, is_deleted ON users
FOR EACH ROW EXECUTE FUNCTION keep_old_email();
