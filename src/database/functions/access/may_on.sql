-- Returns whether a user may do an action to a record, live or deleted: by may_reach() if it is personal, or by reach_of()
-- if it is an organization's. src/database/ownership.ts has the same rule for the statements of the API.
--
-- Parameters
--   p_actor   the user
--   p_table   the table of the record, which is also the resource of the permissions: clients, projects, tasks, tags or
--             time_entries
--   p_id      the record
--   p_action  read, update or delete
CREATE OR REPLACE FUNCTION may_on(p_actor uuid, p_table text, p_id uuid, p_action text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  known record;
  reach record;
BEGIN
  CASE p_table
    WHEN 'clients' THEN
      SELECT organization_id, owner_id, NULL::uuid AS project_id INTO known FROM clients WHERE id = p_id;
    WHEN 'projects' THEN
      SELECT organization_id, owner_id, id AS project_id INTO known FROM projects WHERE id = p_id;
    WHEN 'tasks' THEN
      SELECT organization_id, owner_id, project_id INTO known FROM tasks WHERE id = p_id;
    WHEN 'tags' THEN
      SELECT organization_id, owner_id, NULL::uuid AS project_id INTO known FROM tags WHERE id = p_id;
    WHEN 'time_entries' THEN
      SELECT organization_id, owner_id, project_id INTO known FROM time_entries WHERE id = p_id;
  END CASE;
  IF NOT FOUND THEN
    RETURN false;
  ELSIF known.organization_id IS NULL THEN
    RETURN may_reach(p_actor, known.owner_id, p_table, p_action);
  END IF;
  SELECT * INTO reach FROM reach_of(p_actor, known.organization_id, p_table, p_action);
  IF NOT FOUND THEN
    RETURN false;
  ELSIF reach.everything OR reach.own AND known.owner_id = p_actor OR known.owner_id = ANY (reach.owners)
     OR coalesce(known.project_id = ANY (reach.projects), false) THEN
    RETURN true;
  END IF;
  RETURN CASE p_table
    WHEN 'clients' THEN EXISTS (
      SELECT FROM projects p
       WHERE p.client_id = p_id AND NOT p.is_deleted
         AND (p.id = ANY (reach.projects) OR reach.visible AND p.visibility = 'organization'))
    WHEN 'time_entries' THEN false
    WHEN 'tags' THEN reach.visible
    ELSE reach.visible AND (known.project_id IS NULL OR EXISTS (
      SELECT FROM projects p WHERE p.id = known.project_id AND p.visibility = 'organization'))
  END;
END;
$$;
