-- Returns the start of the quarter of an hour that contains an instant; infinite instants are returned unchanged.
--
-- Parameters
--   p_at  the instant
CREATE OR REPLACE FUNCTION slot_of(p_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN isfinite(p_at) THEN date_bin('15 minutes', p_at, timestamptz '2000-01-01 00:00Z') ELSE p_at END;
$$;
