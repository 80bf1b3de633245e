-- Returns a JSON value without the texts in it that name a person.
--
-- Parameters
--   p_value  the value
--   p_names  the names, in lower case
CREATE OR REPLACE FUNCTION without_names(p_value jsonb, p_names text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(p_value)
    WHEN 'object' THEN coalesce((
      SELECT jsonb_object_agg(key, without_names(value, p_names)) FROM jsonb_each(p_value)
       WHERE jsonb_typeof(value) <> 'string' OR NOT names_person(value #>> '{}', p_names)), '{}')
    WHEN 'array' THEN coalesce((
      SELECT jsonb_agg(without_names(value, p_names)) FROM jsonb_array_elements(p_value)
       WHERE jsonb_typeof(value) <> 'string' OR NOT names_person(value #>> '{}', p_names)), '[]')
    ELSE p_value END;
END;
$$;
