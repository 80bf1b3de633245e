-- Logs organizations, their roles, departments and teams that are created, changed, deleted or restored. The texts that
-- people wrote are not logged, only which of them changed: erasing a person or an organization leaves the log as it is.
--
-- Parameters
--   TG_ARGV[0]  the kind of record: organization, organization_role, department or team
CREATE OR REPLACE FUNCTION audit_organization() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  hidden text[] := ARRAY['id', 'version', 'created_at', 'updated_at', 'is_deleted', 'deleted_at', 'organization_id',
                         'builtin', 'created_by'];
  texts text[] := ARRAY['name', 'slug', 'description'];
  organization uuid := CASE kind WHEN 'organization' THEN NEW.id ELSE (to_jsonb(NEW)->>'organization_id')::uuid END;
  changed jsonb;
  before jsonb;
  after jsonb;
BEGIN
  -- Built-in roles belong to no organization.
  IF organization IS NULL THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM audit_within(organization, kind || '.created', kind, NEW.id,
      jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(NEW) - hidden - texts)));
    RETURN NULL;
  END IF;
  IF NEW.is_deleted <> OLD.is_deleted THEN
    PERFORM audit_within(organization, kind || CASE WHEN NEW.is_deleted THEN '.deleted' ELSE '.restored' END, kind, NEW.id, '{}');
  END IF;
  SELECT jsonb_agg(n.key ORDER BY n.key), jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
    INTO changed, before, after
    FROM jsonb_each(to_jsonb(OLD) - hidden) o
    JOIN jsonb_each(to_jsonb(NEW) - hidden) n ON n.key = o.key AND n.value <> o.value;
  IF changed IS NOT NULL THEN
    PERFORM audit_within(organization, kind || '.updated', kind, NEW.id,
      jsonb_build_object('changed', changed, 'before', before - texts, 'after', after - texts));
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_departments AFTER INSERT OR UPDATE ON departments
FOR EACH ROW EXECUTE FUNCTION audit_organization('department');
--> statement-breakpoint
CREATE TRIGGER audit_organization_roles AFTER INSERT OR UPDATE ON organization_roles
FOR EACH ROW EXECUTE FUNCTION audit_organization('organization_role');
--> statement-breakpoint
CREATE TRIGGER audit_organizations AFTER INSERT OR UPDATE ON organizations
FOR EACH ROW EXECUTE FUNCTION audit_organization('organization');
--> statement-breakpoint
CREATE TRIGGER audit_teams AFTER INSERT OR UPDATE ON teams
FOR EACH ROW EXECUTE FUNCTION audit_organization('team');
