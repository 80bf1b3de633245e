-- Logs the creation and the end of personal tokens and keys.
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
CREATE TRIGGER audit_personal_tokens AFTER INSERT OR UPDATE OF revoked_at ON personal_tokens
FOR EACH ROW EXECUTE FUNCTION audit_personal_token();
