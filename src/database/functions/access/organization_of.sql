-- Returns the organization of a live record, given its id as text; null for a personal record, and for types without
-- organizations.
--
-- Parameters
--   p_type  the resource of the permissions, such as projects
--   p_id    the id
CREATE OR REPLACE FUNCTION organization_of(p_type text, p_id text) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_organization uuid;
BEGIN
  IF p_type IN ('clients', 'projects', 'tasks', 'tags', 'time_entries') THEN
    EXECUTE format('SELECT organization_id FROM %I WHERE id = $1 AND NOT is_deleted', p_type)
       INTO v_organization USING uuid_in_text(p_id);
  END IF;
  RETURN v_organization;
END;
$$;
