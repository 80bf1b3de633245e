-- Raises unless a user holds all of the given permissions, within the scopes of the credential in use. The error names
-- the permissions that the user lacks, so the client must be allowed to know them.
--
-- Parameters
--   p_user     the user
--   p_names    the permissions
--   p_message  a sentence for the client
--
-- Raises
--   PT003  a permission is missing; the detail has a clause of one name for each, as JSON
CREATE OR REPLACE FUNCTION demand_held(p_user uuid, p_names text[], p_message text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT holds_all(p_user, p_names) THEN
    RAISE EXCEPTION '%', p_message USING
      ERRCODE = 'PT003',
      DETAIL = (SELECT jsonb_agg(jsonb_build_array(name) ORDER BY place)
                  FROM unnest(p_names) WITH ORDINALITY AS wanted (name, place)
                 WHERE NOT holds_all(p_user, ARRAY[name]));
  END IF;
END;
$$;
