-- Logs invitations that are created, sent again, accepted, declined or revoked, without the address.
CREATE OR REPLACE FUNCTION audit_invitation() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_action text := CASE
    WHEN TG_OP = 'INSERT' THEN 'created'
    WHEN OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL THEN 'accepted'
    WHEN OLD.declined_at IS NULL AND NEW.declined_at IS NOT NULL THEN 'declined'
    WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL THEN 'revoked'
    WHEN OLD.token_hash <> NEW.token_hash THEN 'resent'
  END;
BEGIN
  IF v_action IS NOT NULL THEN
    PERFORM audit_within(NEW.organization_id, 'invitation.' || v_action, 'invitation', NEW.id,
      jsonb_strip_nulls(jsonb_build_object('role_id', NEW.role_id, 'team_id', NEW.team_id)));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_invitations AFTER INSERT OR UPDATE ON invitations
FOR EACH ROW EXECUTE FUNCTION audit_invitation();
