-- Logs sessions that are opened, ended or reauthenticated, and refresh tokens that are used twice. A session that ends
-- while no user is signed in (sign-out with a refresh token, password reset) was ended by its owner; the sender of a
-- reused token is unknown.
CREATE OR REPLACE FUNCTION audit_session() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit('session.opened', 'user', NEW.user_id,
      jsonb_strip_nulls(jsonb_build_object('session_id', NEW.id, 'user_agent', NEW.user_agent)), NEW.user_id);
  ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
    PERFORM audit('session.ended', 'user', NEW.user_id,
      jsonb_build_object('session_id', NEW.id, 'reason', NEW.revoked_for),
      CASE WHEN NEW.revoked_for <> 'token_reuse' THEN NEW.user_id END);
  ELSIF NEW.recovered_at IS DISTINCT FROM OLD.recovered_at THEN
    PERFORM audit('session.token_reused', 'user', NEW.user_id, jsonb_build_object('session_id', NEW.id));
  ELSIF NEW.authenticated_at IS DISTINCT FROM OLD.authenticated_at THEN
    PERFORM audit('session.reauthenticated', 'user', NEW.user_id, jsonb_build_object('session_id', NEW.id));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_sessions AFTER INSERT OR UPDATE OF revoked_at, recovered_at, authenticated_at ON sessions
FOR EACH ROW EXECUTE FUNCTION audit_session();
