-- Logs members who join or leave an organization, are removed, or get another role.
CREATE OR REPLACE FUNCTION audit_membership() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR OLD.left_at IS NOT NULL AND NEW.left_at IS NULL THEN
    PERFORM audit_within(NEW.organization_id, 'member.joined', 'member', NEW.user_id, jsonb_build_object('role_id', NEW.role_id));
  ELSIF OLD.left_at IS NULL AND NEW.left_at IS NOT NULL THEN
    PERFORM audit_within(NEW.organization_id, CASE WHEN actor() = NEW.user_id THEN 'member.left' ELSE 'member.removed' END,
      'member', NEW.user_id, '{}');
  ELSIF OLD.role_id <> NEW.role_id THEN
    PERFORM audit_within(NEW.organization_id, 'member.role_changed', 'member', NEW.user_id,
      jsonb_build_object('before', jsonb_build_array(OLD.role_id), 'after', jsonb_build_array(NEW.role_id)));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_memberships AFTER INSERT OR UPDATE ON memberships
FOR EACH ROW EXECUTE FUNCTION audit_membership();
