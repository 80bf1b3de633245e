-- Returns whose records of organizations a user reaches: a row for each organization with a live membership of the user.
-- It unites the grants of the user's role, of leading a team, of managing a department, and of a place in projects, within
-- the scopes of the credential in use. A user who may not read a record may not change it either. Permissions of the
-- instance give nothing here. Members read their own time with any role.
--
--   everything  all records of the organization
--   own         those whose owner is the user
--   visible     those that all members see: projects with that visibility, their tasks and clients, and tags
--   owners      time of these users
--   projects    these projects, the tasks and the time on them, and their clients
--
-- Parameters
--   p_actor         the user
--   p_organization  an organization; null for all
--   p_resource      the resource of the grants, such as projects
--   p_action        read, update or delete
CREATE OR REPLACE FUNCTION reach_of(p_actor uuid, p_organization uuid, p_resource text, p_action text)
RETURNS TABLE (organization_id uuid, everything boolean, own boolean, visible boolean, owners uuid[], projects uuid[])
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  v_name text := p_resource || ':' || p_action;
  v_is_time boolean := p_resource IN ('time_entries', 'reports');
  v_is_read boolean := p_action = 'read';
  v_in_scope boolean := in_scope(v_name);
  member record;
BEGIN
  FOR member IN
    SELECT m.organization_id, r.grants
      FROM memberships m
      JOIN organizations o ON o.id = m.organization_id AND NOT o.is_deleted
      JOIN organization_roles r ON r.id = m.role_id
     WHERE m.user_id = p_actor AND m.left_at IS NULL AND (p_organization IS NULL OR m.organization_id = p_organization)
  LOOP
    organization_id := member.organization_id;
    everything := reaches_all(p_actor, p_resource, p_action, member.grants);
    own := v_in_scope AND (v_name = ANY (member.grants) OR v_is_read AND v_is_time);
    visible := v_is_read AND NOT v_is_time AND v_in_scope AND v_name = ANY (member.grants);
    owners := '{}';
    projects := '{}';
    IF v_in_scope AND NOT everything THEN
      IF v_is_time THEN
        owners := ARRAY(
          SELECT led.user_id
            FROM team_members lead
            JOIN teams t ON t.id = lead.team_id AND NOT t.is_deleted
            JOIN team_members led ON led.team_id = t.id
            JOIN organization_roles r ON r.builtin = 'team_lead' AND v_name = ANY (r.grants)
           WHERE lead.user_id = p_actor AND lead.organization_id = member.organization_id AND lead.is_lead
          UNION
          SELECT managed.user_id
            FROM department_managers manager
            JOIN departments d ON d.id = manager.department_id AND NOT d.is_deleted
            JOIN teams t ON t.organization_id = d.organization_id AND t.department_id = d.id AND NOT t.is_deleted
            JOIN team_members managed ON managed.team_id = t.id
            JOIN organization_roles r ON r.builtin = 'department_manager' AND v_name = ANY (r.grants)
           WHERE manager.user_id = p_actor AND manager.organization_id = member.organization_id);
      END IF;
      IF p_resource <> 'tags' THEN
        projects := ARRAY(
          SELECT pm.project_id
            FROM project_members pm
           WHERE pm.user_id = p_actor AND pm.organization_id = member.organization_id
             AND (v_is_read AND NOT v_is_time
               OR pm.is_manager AND EXISTS (
                 SELECT FROM organization_roles r WHERE r.builtin = 'project_manager' AND v_name = ANY (r.grants))));
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END;
$$;
