-- Calls origin(), and returns true: a statement that calls another function afterwards tests this result first, so that
-- the order is certain.
--
-- Parameters
--   p_origin  see origin()
CREATE OR REPLACE FUNCTION note_origin(p_origin jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM origin(p_origin);
  RETURN true;
END;
$$;
