-- Keeps at least one owner in each live organization, whether a member leaves or gets another role, an account is
-- deactivated or deleted, or a deleted organization is restored. The error names at most ten organizations.
--
-- Raises
--   PT004  an organization would have no owner left
CREATE OR REPLACE FUNCTION keep_owner() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_organizations uuid[] := CASE TG_TABLE_NAME
    WHEN 'memberships' THEN ARRAY[(to_jsonb(OLD)->>'organization_id')::uuid]
    WHEN 'organizations' THEN ARRAY[(to_jsonb(OLD)->>'id')::uuid]
    ELSE ARRAY(SELECT m.organization_id FROM memberships m
                 JOIN organization_roles r ON r.id = m.role_id AND r.builtin = 'owner'
                WHERE m.user_id = (to_jsonb(OLD)->>'id')::uuid AND m.left_at IS NULL)
  END;
  v_names text[] := organizations_without_owner(v_organizations);
BEGIN
  IF v_names <> '{}' THEN
    RAISE EXCEPTION 'No owner would be left in: %. Make another member an owner first, or delete the organization.',
      array_to_string(v_names[:10], ', ') USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_owner AFTER DELETE OR UPDATE OF role_id, left_at ON memberships
FOR EACH ROW WHEN (OLD.left_at IS NULL AND OLD.role_id = '00000000-0000-4000-8000-000000000001')
EXECUTE FUNCTION keep_owner();
--> statement-breakpoint
CREATE TRIGGER keep_owner AFTER UPDATE ON organizations
FOR EACH ROW WHEN (OLD.is_deleted AND NOT NEW.is_deleted) EXECUTE FUNCTION keep_owner();
--> statement-breakpoint
CREATE TRIGGER keep_owner AFTER UPDATE ON users
FOR EACH ROW WHEN (OLD.is_active AND NOT OLD.is_deleted AND NOT (NEW.is_active AND NOT NEW.is_deleted))
EXECUTE FUNCTION keep_owner();
