-- Returns the start and end of an entry for which another program gives local times. If clocks show a time twice, it
-- takes the instant from which the given length leads to the end; without a length the later instant, unless the end
-- is before it.
--
-- Parameters
--   p_start     the local start
--   p_end       the local end, or null
--   p_is_dated  whether p_end has its own date; otherwise the end is on the day of p_end or the next
--   p_seconds   the length, or null
--   p_zone      the zone
CREATE OR REPLACE FUNCTION imported_span(p_start timestamp, p_end timestamp, p_is_dated boolean, p_seconds float8, p_zone text,
                              OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_starts timestamptz[] := instants_of(p_start, p_zone);
  v_ends timestamptz[];
  v_next timestamptz[];
BEGIN
  IF p_end IS NULL THEN
    starts := (SELECT max(s) FROM unnest(v_starts) AS s);
    ends := starts + make_interval(secs => p_seconds);
    RETURN;
  END IF;
  v_ends := instants_of(p_end, p_zone);
  IF p_is_dated AND cardinality(v_starts) = 1 AND cardinality(v_ends) = 1 THEN
    starts := v_starts[1];
    ends := v_ends[1];
    RETURN;
  END IF;
  IF NOT p_is_dated THEN
    v_next := instants_of(p_end + interval '1 day', p_zone);
  END IF;
  SELECT s, e.ends INTO starts, ends
    FROM unnest(v_starts) AS s,
         (SELECT unnest(v_ends), 0 UNION ALL SELECT unnest(v_next), 1) AS e (ends, day)
   ORDER BY e.ends < s, abs(extract(epoch FROM e.ends - s) - p_seconds), e.day, s DESC, e.ends DESC
   LIMIT 1;
END;
$$;
