-- Raises unless a user may create a record of an organization: with the grant of the user's role, or on a project that the
-- user manages with the grant of the relation, within the scopes of the credential in use.
--
-- Parameters
--   p_actor         the user
--   p_organization  the organization
--   p_resource      the resource of the grant, such as tasks
--   p_project       the project of the record; null for none
--
-- Raises
--   PT003  the grant is missing; the detail has it as a clause, as JSON
--   PT005  the user has no live membership, or the organization does not exist or is deleted
CREATE OR REPLACE FUNCTION demand_creation(p_actor uuid, p_organization uuid, p_resource text, p_project uuid) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_name text := p_resource || ':create';
BEGIN
  IF p_project IS NOT NULL AND in_scope(v_name) AND EXISTS (
       SELECT FROM project_members pm
         JOIN organization_roles r ON r.builtin = 'project_manager' AND v_name = ANY (r.grants)
        WHERE pm.project_id = p_project AND pm.user_id = p_actor AND pm.organization_id = p_organization AND pm.is_manager) THEN
    PERFORM demand_within(p_actor, p_organization, '[]');
  ELSE
    PERFORM demand_within(p_actor, p_organization, jsonb_build_array(jsonb_build_array(v_name)));
  END IF;
END;
$$;
