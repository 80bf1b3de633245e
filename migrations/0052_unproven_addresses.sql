ALTER TABLE "email_changes" ADD COLUMN "from_verified_at" timestamp (3) with time zone;
--> statement-breakpoint
-- Of a change that took effect, it is not known whether the old address was verified: it is kept for the account, as it was promised.
UPDATE email_changes c SET from_verified_at = coalesce(u.email_verified_at, c.created_at)
  FROM users u
 WHERE u.id = c.user_id AND c.stop_hash IS NOT NULL AND (c.applied_at IS NOT NULL OR u.email_verified_at IS NOT NULL);
--> statement-breakpoint
-- Returns the email of an account whose own was given to another account. No mail is ever delivered to this top-level domain (RFC 2606 2).
CREATE FUNCTION released_email(p_user uuid) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT p_user || '@released.invalid';
$$;
--> statement-breakpoint
-- Raises a violation of users_email_key where an account other than p_user has p_email and may keep it, or had it until a change that its
-- old address can still take back: else a thief could keep the owner out by giving that address to another account. An address that was
-- never verified is kept neither for a deactivated account nor after a change: its real owner could get it by no mail.
CREATE OR REPLACE FUNCTION demand_email_free(p_user uuid, p_email text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM users
     WHERE lower(email) = lower(p_email) AND NOT is_deleted AND id <> p_user AND (is_active OR email_verified_at IS NOT NULL)
  ) OR EXISTS (
    SELECT FROM email_changes c
      JOIN users u ON u.id = c.user_id AND NOT u.is_deleted
     WHERE lower(c.from_email) = lower(p_email) AND c.user_id <> p_user AND c.from_verified_at IS NOT NULL
       AND c.applied_at IS NOT NULL AND c.stop_hash IS NOT NULL AND c.stoppable_until > now()
  ) THEN
    RAISE EXCEPTION 'the email is taken' USING ERRCODE = 'unique_violation', CONSTRAINT = 'users_email_key', TABLE = 'users';
  END IF;
END;
$$;
--> statement-breakpoint
-- Takes the email of an account that gets one from the deactivated account that has it and never verified it. An activation that comes
-- first keeps it: then users_email_key decides.
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
-- Notes in the open changes of an account that the address that they would replace was verified.
CREATE FUNCTION note_verified_old_email() RETURNS trigger
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
--> statement-breakpoint
-- As before, and keeps when the old address was verified.
CREATE OR REPLACE FUNCTION request_email_change(p_user uuid, p_email text, p_confirm_hash text, p_stop_hash text, p_is_own boolean)
RETURNS TABLE (from_email text, is_stoppable boolean, is_waiting boolean)
LANGUAGE plpgsql AS $$
DECLARE
  account record;
BEGIN
  SELECT u.email,
         NOT p_is_own AND (u.email_verified_at IS NOT NULL OR u.password_hash <> '$none$') AS waits,
         u.email_verified_at IS NOT NULL OR NOT p_is_own AND u.password_hash <> '$none$' AS stops,
         u.email_verified_at AS verified_at
    INTO account FROM users u WHERE u.id = p_user AND NOT u.is_deleted;
  IF p_email IS NULL OR NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE email_changes SET cancelled_at = now() WHERE user_id = p_user AND applied_at IS NULL AND cancelled_at IS NULL;
  IF lower(account.email) = lower(p_email) THEN
    RETURN;
  END IF;
  PERFORM demand_email_free(p_user, p_email);
  INSERT INTO email_changes (user_id, requested_by, from_email, from_verified_at, to_email, confirm_hash, stop_hash, due_at,
                             expires_at, stoppable_until)
  VALUES (p_user, CASE WHEN p_is_own THEN p_user ELSE actor() END, account.email, account.verified_at, p_email, p_confirm_hash,
    CASE WHEN account.stops THEN p_stop_hash END,
    CASE WHEN account.waits THEN now() + interval '72 hours' END,
    now() + interval '1 day', now() + interval '7 days');
  PERFORM audit('user.email_change_requested', 'user', p_user, jsonb_build_object(
    'before', jsonb_build_object('email', account.email), 'after', jsonb_build_object('email', p_email)));
  RETURN QUERY SELECT account.email, account.stops, account.waits;
END;
$$;
--> statement-breakpoint
-- As before. An account whose email was given to another account did not do that itself.
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  hidden text[] := ARRAY['id', 'version', 'created_at', 'updated_at', 'is_deleted', 'deleted_at', 'password_hash', 'builtin'];
  before jsonb;
  after jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit(kind || '.created', kind, NEW.id, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(NEW) - hidden)));
    RETURN NULL;
  END IF;
  -- A hash that is only made anew, at other costs, is no change of the record.
  IF to_jsonb(NEW)->>'password_hash' <> to_jsonb(OLD)->>'password_hash' AND NEW.version <> OLD.version THEN
    PERFORM audit('user.password_changed', kind, NEW.id, '{}', NEW.id);
  END IF;
  IF NEW.is_deleted <> OLD.is_deleted THEN
    PERFORM audit(kind || CASE WHEN NEW.is_deleted THEN '.deleted' ELSE '.restored' END, kind, NEW.id, '{}');
  END IF;
  SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
    INTO before, after
    FROM jsonb_each(to_jsonb(OLD) - hidden) o
    JOIN jsonb_each(to_jsonb(NEW) - hidden) n ON n.key = o.key AND n.value <> o.value;
  IF after IS NOT NULL THEN
    PERFORM audit(kind || '.updated', kind, NEW.id, jsonb_build_object('before', before, 'after', after),
      CASE WHEN kind = 'user' AND after->>'email' IS DISTINCT FROM released_email(NEW.id) THEN NEW.id END);
  END IF;
  RETURN NULL;
END;
$$;
