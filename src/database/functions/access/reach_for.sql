-- Returns the reach of any user, as reach_of() does for a user whose credential has all scopes. The scopes of the credential
-- in use restrict only the caller, not other users.
--
-- Parameters
--   p_caller    the caller
--   p_user      the user in question
--   p_resource  the resource of the grants, such as projects
--   p_action    read, update or delete
--
-- Reads the setting guard.scopes.
-- Sets guard.scopes.
CREATE OR REPLACE FUNCTION reach_for(p_caller uuid, p_user uuid, p_resource text, p_action text)
RETURNS TABLE (organization_id uuid, everything boolean, own boolean, visible boolean, owners uuid[], projects uuid[])
LANGUAGE plpgsql AS $$
DECLARE
  v_scopes text := coalesce(current_setting('guard.scopes', true), '');
BEGIN
  IF p_caller <> p_user THEN
    PERFORM set_config('guard.scopes', '', true);
  END IF;
  RETURN QUERY SELECT * FROM reach_of(p_user, NULL, p_resource, p_action);
  PERFORM set_config('guard.scopes', v_scopes, true);
END;
$$;
