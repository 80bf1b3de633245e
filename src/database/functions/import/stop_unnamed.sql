-- Gives an error code to the rows of an import that name a record which could not be created.
--
-- Parameters
--   p_names     the name that each row needs, or null
--   p_ids       the id of the record of that name, or null
--   p_refusals  why it could not be created; null if another request has taken the name
--   p_codes     the error code of each row, or null
--   p_messages  the message that belongs to the code
--
-- Raises
--   PT004  is not raised, but stored in p_codes for a row with a refusal
CREATE OR REPLACE FUNCTION stop_unnamed(p_names text[], p_ids uuid[], p_refusals text[], INOUT p_codes text[], INOUT p_messages text[])
LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(CASE WHEN name IS NULL OR id IS NOT NULL THEN code WHEN refusal IS NULL THEN '23505' ELSE 'PT004' END ORDER BY n),
         array_agg(CASE WHEN name IS NULL OR id IS NOT NULL THEN message ELSE refusal END ORDER BY n)
    FROM unnest(p_names, p_ids, p_refusals, p_codes, p_messages) WITH ORDINALITY AS r (name, id, refusal, code, message, n);
$$;
