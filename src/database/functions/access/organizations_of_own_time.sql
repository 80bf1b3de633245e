-- Returns the organizations in which a user reads the user's own time, within the scopes of the credential in use. A list that
-- calls it is planned faster than one with a query of reach_of().
--
-- Parameters
--   p_actor     the user
--   p_resource  time_entries or reports
CREATE OR REPLACE FUNCTION organizations_of_own_time(p_actor uuid, p_resource text) RETURNS uuid[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  -- Most users have no memberships.
  IF NOT EXISTS (SELECT FROM memberships WHERE user_id = p_actor AND left_at IS NULL) THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(SELECT organization_id FROM reach_of(p_actor, NULL, p_resource, 'read') WHERE own OR everything);
END;
$$;
