-- Returns the result that move_project would have, and changes nothing.
--
-- Parameters
--   p_project       the personal project
--   p_organization  the organization
--   p_merges        whether a project of the organization with that name takes the tasks and entries
--
-- Raises the errors of move_project().
CREATE OR REPLACE FUNCTION plan_move(p_project uuid, p_organization uuid, p_merges boolean) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_result jsonb;
BEGIN
  BEGIN
    v_result := move_project(p_project, p_organization, p_merges);
    RAISE EXCEPTION 'undo';
  EXCEPTION
    WHEN raise_exception THEN
      RETURN v_result;
  END;
END;
$$;
