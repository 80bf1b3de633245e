-- Returns the instant since which heartbeats are kept. If it is in a month that has a partition, it is the second day
-- of that month, because the partition is dropped as a whole.
--
-- Parameters
--   p_days  the number of days that heartbeats are kept
CREATE OR REPLACE FUNCTION heartbeats_kept_since(p_days int) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
BEGIN
  RETURN (
    SELECT coalesce((SELECT starts FROM partitions_of('heartbeats') WHERE starts <= day AND day < ends), day) + interval '24 hours'
      FROM (SELECT (date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => p_days + 1)) AT TIME ZONE 'UTC' AS day) AS d);
END;
$$;
