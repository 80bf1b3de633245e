-- Returns the instants at which clocks in a zone show a local time: two if clocks were put back over it. If clocks
-- skip the time, it returns the instant at which clocks would show it without the change.
--
-- Parameters
--   p_local  the local time
--   p_zone   the zone
CREATE OR REPLACE FUNCTION instants_of(p_local timestamp, p_zone text) RETURNS timestamptz[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_zone text := ':' || p_zone;
  v_one timestamptz := p_local AT TIME ZONE v_zone;
  v_before timestamptz := v_one - interval '25 hours';
  v_after timestamptz := v_one + interval '25 hours';
BEGIN
  -- By the UTC offsets of the day before and of the day after.
  v_before := (p_local - ((v_before AT TIME ZONE v_zone) - (v_before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC';
  v_after := (p_local - ((v_after AT TIME ZONE v_zone) - (v_after AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC';
  IF v_before = v_one AND v_after = v_one THEN
    RETURN ARRAY[v_one];
  END IF;
  RETURN ARRAY (SELECT DISTINCT i FROM unnest(ARRAY[v_one, v_before, v_after]) AS i
                 WHERE i = v_one OR i AT TIME ZONE v_zone = p_local);
END;
$$;
