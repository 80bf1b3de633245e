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
