-- Returns a field of each row of an import, or null for a row that has an error code.
--
-- Parameters
--   p_rows   the rows
--   p_codes  the error code of each row, or null
--   p_field  the field
CREATE OR REPLACE FUNCTION import_field(p_rows jsonb[], p_codes text[], p_field text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(CASE WHEN code IS NULL THEN value->>p_field END ORDER BY n)
    FROM unnest(p_rows, p_codes) WITH ORDINALITY AS r (value, code, n);
$$;
