-- Ends every credential of a user that access_rules() names for an event, and returns how many of each kind ended. No
-- other function knows where each kind is stored: add a new kind here. Lock the row of the user first, so that no
-- credential is created at the same time. The audit log gets one event for each credential, with p_event as its
-- reason: from triggers, which read audit.reason, and for feeds from this function.
--
-- Parameters
--   p_user   the user
--   p_event  an event of access_rules()
--   p_kept   a session to keep, or null
--
-- Sets audit.reason.
--
-- Raises
--   P0002  access_rules() has no such event
CREATE OR REPLACE FUNCTION end_access(p_user uuid, p_event text, p_kept uuid DEFAULT NULL) RETURNS jsonb
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
