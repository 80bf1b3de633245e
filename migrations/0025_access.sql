ALTER TABLE "personal_tokens" ADD COLUMN "revoked_for" text;--> statement-breakpoint
ALTER TABLE "calendar_feeds" ADD COLUMN "revoked_for" text;--> statement-breakpoint
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
CREATE FUNCTION access_rules() RETURNS TABLE (event text, ends text[])
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
    -- An administrator removed the second factors of a person who lost them.
    ('factors_reset', '{session,passkey,authenticator,recovery_codes,challenge}'),
    -- The holder of the mailbox ended what was made before the email was verified, or said that the account is not theirs.
    ('account_reviewed', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}'),
    ('account_disowned', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}');
$$;
--> statement-breakpoint
-- Ends every credential of the user p_user that access_rules() names for p_event, except the session p_kept, and returns how
-- many of each kind ended. This is the only function that knows where each kind is stored: a new kind is added here. Lock the
-- row of the user first, so that nothing is made meanwhile. The audit log gets one event for each credential, with p_event as
-- its reason: from triggers, which read the setting audit.reason, and for feeds from here.
--
--   P0002  access_rules() has no such event
CREATE FUNCTION end_access(p_user uuid, p_event text, p_kept uuid DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_ends text[];
  v_feed record;
  v_sessions int;
  v_tokens int;
  v_keys int;
  v_feeds int := 0;
  v_passkeys int := 0;
  v_authenticators int := 0;
  v_recovery_codes int := 0;
BEGIN
  SELECT ends INTO STRICT v_ends FROM access_rules() WHERE event = p_event;
  PERFORM set_config('audit.reason', p_event, true);

  IF 'password' = ANY (v_ends) THEN
    -- See NO_PASSWORD in core/security/password.ts.
    UPDATE users SET password_hash = '$none$', updated_at = now(), version = version + 1 WHERE id = p_user;
  END IF;
  IF 'passkey' = ANY (v_ends) THEN
    DELETE FROM passkeys WHERE user_id = p_user;
    GET DIAGNOSTICS v_passkeys = ROW_COUNT;
  END IF;
  IF 'authenticator' = ANY (v_ends) THEN
    DELETE FROM totp_factors WHERE user_id = p_user;
    GET DIAGNOSTICS v_authenticators = ROW_COUNT;
  END IF;
  IF 'recovery_codes' = ANY (v_ends) THEN
    DELETE FROM recovery_codes WHERE user_id = p_user;
    GET DIAGNOSTICS v_recovery_codes = ROW_COUNT;
  END IF;
  DELETE FROM one_time_tokens
   WHERE user_id = p_user AND used_at IS NULL
     AND CASE WHEN purpose = 'second_factor' THEN 'challenge'
              WHEN purpose IN ('verify_email', 'review_access') THEN 'verification'
              ELSE 'mail' END = ANY (v_ends);
  WITH ended AS (
    UPDATE personal_tokens SET revoked_at = now(), revoked_for = p_event
     WHERE user_id = p_user AND revoked_at IS NULL AND expires_at > now()
       AND CASE WHEN key_hint IS NULL THEN 'token' ELSE 'key' END = ANY (v_ends)
    RETURNING key_hint
  )
  SELECT count(*) FILTER (WHERE key_hint IS NULL), count(key_hint) INTO v_tokens, v_keys FROM ended;
  IF 'feed' = ANY (v_ends) THEN
    FOR v_feed IN
      UPDATE calendar_feeds SET revoked_at = now(), revoked_for = p_event
       WHERE owner_id = p_user AND revoked_at IS NULL
      RETURNING id, name
    LOOP
      v_feeds := v_feeds + 1;
      PERFORM audit('feed.revoked', 'user', p_user,
        jsonb_build_object('feed_id', v_feed.id, 'name', v_feed.name, 'reason', p_event), p_user);
    END LOOP;
  END IF;
  UPDATE sessions SET revoked_at = now(), revoked_for = p_event
   WHERE user_id = p_user AND revoked_at IS NULL AND id IS DISTINCT FROM p_kept AND 'session' = ANY (v_ends);
  GET DIAGNOSTICS v_sessions = ROW_COUNT;

  PERFORM set_config('audit.reason', '', true);
  RETURN jsonb_build_object('sessions', v_sessions, 'tokens', v_tokens, 'keys', v_keys, 'feeds', v_feeds,
    'passkeys', v_passkeys, 'authenticators', v_authenticators, 'recovery_codes', v_recovery_codes);
END;
$$;
--> statement-breakpoint
-- Returns what opens the account of p_user at this moment, for its owner to look through: what end_access() could end.
CREATE FUNCTION access_of(p_user uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'sessions', (SELECT count(*) FROM sessions
                  WHERE user_id = p_user AND revoked_at IS NULL AND least(idle_at, ends_at) > now()),
    'tokens', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                 FROM personal_tokens
                WHERE user_id = p_user AND revoked_at IS NULL AND expires_at > now() AND key_hint IS NULL),
    'keys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
               FROM personal_tokens
              WHERE user_id = p_user AND revoked_at IS NULL AND expires_at > now() AND key_hint IS NOT NULL),
    'feeds', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                FROM calendar_feeds WHERE owner_id = p_user AND revoked_at IS NULL),
    'passkeys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'created_at', created_at) ORDER BY created_at, id), '[]')
                   FROM passkeys WHERE user_id = p_user),
    'authenticator', EXISTS (SELECT FROM totp_factors WHERE user_id = p_user AND confirmed_at IS NOT NULL),
    'recovery_codes', (SELECT count(*) FROM recovery_codes WHERE user_id = p_user AND used_at IS NULL));
$$;
--> statement-breakpoint
-- Ends access when an account is closed (deactivated or deleted), over HTTP or by hand, and again when it is opened, so that
-- nothing comes back that was made while it was being closed. The tokens, keys and feeds that the closing ended stay until the
-- account is opened, for the answer to list them.
CREATE FUNCTION end_access_of_closed() RETURNS trigger
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_personal_token() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit('token.created', 'user', NEW.user_id, jsonb_build_object(
      'token_id', NEW.id, 'name', NEW.name, 'scopes', NEW.scopes, 'expires_at', NEW.expires_at));
  ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
    PERFORM audit('token.revoked', 'user', NEW.user_id, jsonb_strip_nulls(jsonb_build_object(
      'token_id', NEW.id, 'name', NEW.name, 'reason', NEW.revoked_for)), NEW.user_id);
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
-- Records factors from their confirmation to their removal, with a reason where end_access() removed them, and each use of a
-- recovery code.
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
-- Ends what accounts that are closed already would get back when they are opened: their tokens and feeds were only asleep.
SELECT end_access(id, 'account_closed') FROM users WHERE is_deleted OR NOT is_active;
