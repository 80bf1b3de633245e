CREATE TABLE "email_changes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"user_id" uuid NOT NULL,
	"from_email" text NOT NULL,
	"to_email" text NOT NULL,
	"confirm_hash" text NOT NULL,
	"stop_hash" text,
	"due_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"stoppable_until" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"applied_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	CONSTRAINT "email_changes_confirm_hash_key" UNIQUE("confirm_hash"),
	CONSTRAINT "email_changes_stop_hash_key" UNIQUE("stop_hash")
);
--> statement-breakpoint
ALTER TABLE "email_changes" ADD CONSTRAINT "email_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "email_changes_by_user" ON "email_changes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "email_changes_by_old_email" ON "email_changes" USING btree (lower("from_email"));--> statement-breakpoint
CREATE INDEX "email_changes_by_age" ON "email_changes" USING btree ("stoppable_until");
--> statement-breakpoint
-- Lists, for every event that ends access to an account, the kinds of credentials that it ends. What an event does not name
-- keeps working. docs/security.md explains each row; test/features/access.test.ts tries each cell over HTTP.
--
--   session                                  a sign-in with its refresh and access tokens
--   token, key, feed                         personal tokens, keys for clients of WakaTime, calendar feeds
--   password                                 the password itself: until it is reset by mail, none matches
--   passkey, authenticator, recovery_codes   second factors; a passkey also signs in by itself
--   challenge                                a sign-in that has yet to prove a second factor
--   verification                             mailed tokens that prove a mailbox, and the tokens to review an account
--   mail                                     every other mailed token: password resets, invitations and what is added later
CREATE OR REPLACE FUNCTION access_rules() RETURNS TABLE (event text, ends text[])
LANGUAGE sql IMMUTABLE AS $$
  VALUES
    -- The owner changed the password, and kept programs running, or ended them too.
    ('password_change', '{session,challenge,mail}'::text[]),
    ('password_and_tokens_change', '{session,token,key,feed,challenge,mail}'),
    -- A mailed token set a password: of an account with a proven email; of one whose email nobody had proven.
    ('password_reset', '{session,token,key,feed,challenge,verification,mail}'),
    ('account_claimed', '{session,token,key,feed,passkey,authenticator,recovery_codes,challenge,verification,mail}'),
    -- The account was deactivated or deleted; activated or restored, where nothing comes back to life.
    ('account_closed', '{session,token,key,feed,challenge,verification,mail}'),
    ('account_reopened', '{session,token,key,feed,challenge,verification,mail}'),
    -- The holder of the old address took a change of the email back.
    ('email_reverted', '{session,token,key,feed,password,challenge,verification,mail}'),
    -- An administrator removed the second factors of a person who lost them.
    ('factors_reset', '{session,passkey,authenticator,recovery_codes,challenge}'),
    -- The holder of the mailbox ended what was made before the email was verified, or said that the account is not theirs.
    ('account_reviewed', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}'),
    ('account_disowned', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}');
$$;
--> statement-breakpoint
-- Raises a violation of users_email_key where an account other than p_user has p_email, or had it until a change that its old
-- address can still take back: else a thief could keep the owner out by giving that address to another account.
CREATE FUNCTION demand_email_free(p_user uuid, p_email text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM users WHERE lower(email) = lower(p_email) AND NOT is_deleted AND id <> p_user) OR EXISTS (
    SELECT FROM email_changes c
      JOIN users u ON u.id = c.user_id AND NOT u.is_deleted
     WHERE lower(c.from_email) = lower(p_email) AND c.user_id <> p_user
       AND c.applied_at IS NOT NULL AND c.stop_hash IS NOT NULL AND c.stoppable_until > now()
  ) THEN
    RAISE EXCEPTION 'the email is taken' USING ERRCODE = 'unique_violation', CONSTRAINT = 'users_email_key', TABLE = 'users';
  END IF;
END;
$$;
--> statement-breakpoint
CREATE FUNCTION keep_old_email() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT NEW.is_deleted THEN
    PERFORM demand_email_free(NEW.id, NEW.email);
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_old_email BEFORE INSERT OR UPDATE OF email, is_deleted ON users
FOR EACH ROW EXECUTE FUNCTION keep_old_email();
--> statement-breakpoint
-- Requests a change of the email of p_user to p_email, in place of one that has yet to take effect, and returns what the old
-- address is told. Where they have that email already, it only cancels that one. The new address has a day to confirm; a confirmed
-- old address has seven days to stop the change or to take it back. A change that somebody else than the user asked for waits three
-- days for the old address, confirmed or not, and that can stop it: unless nobody has ever set a password, so that nobody used the
-- account.
CREATE FUNCTION request_email_change(p_user uuid, p_email text, p_confirm_hash text, p_stop_hash text, p_is_own boolean)
RETURNS TABLE (from_email text, is_stoppable boolean, is_waiting boolean)
LANGUAGE plpgsql AS $$
DECLARE
  account record;
BEGIN
  SELECT u.email,
         NOT p_is_own AND (u.email_verified_at IS NOT NULL OR u.password_hash <> '$none$') AS waits,
         u.email_verified_at IS NOT NULL OR NOT p_is_own AND u.password_hash <> '$none$' AS stops
    INTO account FROM users u WHERE u.id = p_user AND NOT u.is_deleted;
  IF p_email IS NULL OR NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE email_changes SET cancelled_at = now() WHERE user_id = p_user AND applied_at IS NULL AND cancelled_at IS NULL;
  IF lower(account.email) = lower(p_email) THEN
    RETURN;
  END IF;
  PERFORM demand_email_free(p_user, p_email);
  INSERT INTO email_changes (user_id, from_email, to_email, confirm_hash, stop_hash, due_at, expires_at, stoppable_until)
  VALUES (p_user, account.email, p_email, p_confirm_hash,
    CASE WHEN account.stops THEN p_stop_hash END,
    CASE WHEN account.waits THEN now() + interval '72 hours' END,
    now() + interval '1 day', now() + interval '7 days');
  PERFORM audit('user.email_change_requested', 'user', p_user, jsonb_build_object(
    'before', jsonb_build_object('email', account.email), 'after', jsonb_build_object('email', p_email)));
  RETURN QUERY SELECT account.email, account.stops, account.waits;
END;
$$;
--> statement-breakpoint
-- A change of the email that has yet to take effect is over once the account is closed, its password is another, or its email
-- changed otherwise: who asked for it may be why. With the account go all its changes.
CREATE FUNCTION cancel_email_changes() RETURNS trigger
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
-- A hash that is only made anew, at other costs, leaves the version as it is.
CREATE TRIGGER cancel_email_changes AFTER UPDATE ON users
FOR EACH ROW
WHEN (OLD.is_deleted <> NEW.is_deleted OR OLD.is_active AND NOT NEW.is_active OR OLD.email <> NEW.email
  OR OLD.password_hash <> NEW.password_hash AND OLD.version <> NEW.version)
EXECUTE FUNCTION cancel_email_changes();
