-- Returns a text as a UUID, in any letter case, or null if the text is not a UUID, where a cast would raise.
--
-- Parameters
--   p_text  the text
CREATE OR REPLACE FUNCTION uuid_in_text(p_text text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_text::uuid END;
$$;
