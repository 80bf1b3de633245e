-- Returns whether a text is one of a person's names, or contains one of them that is an email.
--
-- Parameters
--   p_text   the text
--   p_names  the names, in lower case
CREATE OR REPLACE FUNCTION names_person(p_text text, p_names text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (
    SELECT FROM unnest(p_names) AS name
     WHERE lower(p_text) = name OR position('@' IN name) > 0 AND position(name IN lower(p_text)) > 0);
$$;
