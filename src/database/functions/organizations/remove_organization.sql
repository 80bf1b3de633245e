-- Removes a deleted organization with its records, a part at a time. Goals that count its work end with it, and activity
-- rules keep no project of it. Returns whether the organization is gone.
--
-- Parameters
--   p_organization  the organization; a live one is kept
--   p_most          the maximum number of rows to remove from a table
CREATE OR REPLACE FUNCTION remove_organization(p_organization uuid, p_most int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_table text;
  v_count bigint;
BEGIN
  PERFORM FROM organizations WHERE id = p_organization AND is_deleted FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM goals
   WHERE project_id IN (SELECT id FROM projects WHERE organization_id = p_organization)
      OR client_id IN (SELECT id FROM clients WHERE organization_id = p_organization)
      OR task_id IN (SELECT id FROM tasks WHERE organization_id = p_organization)
      OR tag_id IN (SELECT id FROM tags WHERE organization_id = p_organization);
  UPDATE activity_rules SET project_id = NULL, updated_at = now(), version = version + 1
   WHERE project_id IN (SELECT id FROM projects WHERE organization_id = p_organization);
  -- Each table before those that its rows refer to.
  FOREACH v_table IN ARRAY '{time_entries,tasks,projects,clients,tags}'::text[] LOOP
    EXECUTE format('DELETE FROM %1$I WHERE id = ANY (ARRAY (SELECT id FROM %1$I WHERE organization_id = $1 LIMIT $2))', v_table)
      USING p_organization, p_most;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = p_most THEN
      RETURN false;
    END IF;
  END LOOP;
  DELETE FROM organizations WHERE id = p_organization;
  RETURN true;
END;
$$;
