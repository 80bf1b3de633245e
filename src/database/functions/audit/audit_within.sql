-- Writes an event that happened in an organization to the audit log.
--
-- Parameters
--   p_organization  the organization
--   p_action        the event, such as team.created
--   p_target_type   the kind of record that the event is about
--   p_target        the id of that record
--   p_details       facts to keep with the event
--
-- Sets audit.organization.
CREATE OR REPLACE FUNCTION audit_within(p_organization uuid, p_action text, p_target_type text, p_target uuid, p_details jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('audit.organization', p_organization::text, true);
  PERFORM audit(p_action, p_target_type, p_target, p_details);
  PERFORM set_config('audit.organization', '', true);
END;
$$;
