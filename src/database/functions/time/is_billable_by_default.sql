-- Returns whether the time entries of a project are billable unless a request says otherwise.
--
-- Parameters
--   p_project  the project; null for none
CREATE OR REPLACE FUNCTION is_billable_by_default(p_project uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce((SELECT is_billable FROM projects WHERE id = p_project), false));
END;
$$;
