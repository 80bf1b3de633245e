-- Returns a field of those rows of an import that nothing has stopped; null for the others.
--
-- Parameters
--   p_rows   the rows
--   p_codes  the code that stopped each row, or null
--   p_field  the field
CREATE OR REPLACE FUNCTION import_field(p_rows jsonb[], p_codes text[], p_field text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(CASE WHEN code IS NULL THEN value->>p_field END ORDER BY n)
    FROM unnest(p_rows, p_codes) WITH ORDINALITY AS r (value, code, n);
$$;
