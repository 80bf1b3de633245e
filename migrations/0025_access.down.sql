DROP TRIGGER end_access_of_closed ON users;
--> statement-breakpoint
DROP FUNCTION end_access_of_closed();
--> statement-breakpoint
DROP FUNCTION access_of(uuid);
--> statement-breakpoint
DROP FUNCTION end_access(uuid, text, uuid);
--> statement-breakpoint
DROP FUNCTION access_rules();
--> statement-breakpoint
-- A factor counts from its confirmation to its removal; a recovery code is told of when it is used.
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
      PERFORM audit('factor.removed', 'user', OLD.user_id, jsonb_build_object('kind', kind));
    END IF;
  ELSIF TG_OP = 'INSERT' AND kind = 'passkey'
     OR kind = 'totp' AND to_jsonb(NEW)->>'confirmed_at' IS NOT NULL AND (TG_OP = 'INSERT' OR to_jsonb(OLD)->>'confirmed_at' IS NULL) THEN
    PERFORM audit('factor.added', 'user', NEW.user_id, jsonb_build_object('kind', kind));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audit_personal_token() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audit('token.created', 'user', NEW.user_id, jsonb_build_object(
      'token_id', NEW.id, 'name', NEW.name, 'scopes', NEW.scopes, 'expires_at', NEW.expires_at));
  ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
    PERFORM audit('token.revoked', 'user', NEW.user_id, jsonb_build_object('token_id', NEW.id, 'name', NEW.name));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
ALTER TABLE "calendar_feeds" DROP COLUMN "revoked_for";
--> statement-breakpoint
ALTER TABLE "personal_tokens" DROP COLUMN "revoked_for";
