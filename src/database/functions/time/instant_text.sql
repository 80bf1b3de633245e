-- Returns an instant as the API writes it: in UTC, with milliseconds and a Z, like JavaScript's toISOString.
--
-- Parameters
--   p_at  the instant
CREATE OR REPLACE FUNCTION instant_text(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;
