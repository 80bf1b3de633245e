-- Returns the parts of a day that no time entry of a user covers.
--
-- Parameters
--   p_owner  the user
--   p_day    the day
--   p_zone   the zone of the day
CREATE OR REPLACE FUNCTION free_time(p_owner uuid, p_day date, p_zone text) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_starts timestamptz;
  v_ends timestamptz;
  v_taken tstzmultirange;
BEGIN
  SELECT min(d.starts), max(d.starts) INTO v_starts, v_ends FROM day_starts(p_day, p_day + 1, p_zone, 0) d;
  SELECT range_agg(tstzrange(started_at, ended_at)) INTO v_taken
    FROM (SELECT started_at, ended_at FROM time_entries
           WHERE owner_id = p_owner AND NOT is_deleted AND started_at >= v_starts - interval '1 day' AND started_at < v_ends
          UNION ALL
          SELECT started_at, ended_at FROM time_entries
           WHERE owner_id = p_owner AND NOT is_deleted AND started_at < v_starts - interval '1 day'
             AND (ended_at IS NULL OR ended_at - started_at > interval '1 day')) AS entries;
  RETURN tstzmultirange(tstzrange(v_starts, v_ends)) - coalesce(v_taken, '{}');
END;
$$;
