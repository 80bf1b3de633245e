-- Returns the answer of may_do() for any user. The scopes of the credential in use restrict only the caller, not other
-- users.
--
-- Parameters
--   p_caller          the caller
--   p_user            the user in question
--   p_type            the resource of the permissions, such as projects
--   p_action          the action
--   p_id              the id of the record; * for all of the type
--   p_administrative  see may_do()
--
-- Reads the setting guard.scopes.
-- Sets guard.scopes.
CREATE OR REPLACE FUNCTION decides(p_caller uuid, p_user uuid, p_type text, p_action text, p_id text, p_administrative text[])
RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_scopes text := coalesce(current_setting('guard.scopes', true), '');
  v_decision boolean;
BEGIN
  IF p_caller = p_user OR v_scopes = '' THEN
    RETURN may_do(p_user, p_type, p_action, p_id, p_administrative);
  END IF;
  PERFORM set_config('guard.scopes', '', true);
  v_decision := may_do(p_user, p_type, p_action, p_id, p_administrative);
  PERFORM set_config('guard.scopes', v_scopes, true);
  RETURN v_decision;
END;
$$;
