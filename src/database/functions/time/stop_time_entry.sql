-- Stops a running entry. An entry that has ended stays as it is.
--
-- Parameters
--   p_actor  the caller
--   p_id     the entry
--   p_at     the end; null for now
--
-- Raises
--   PT004  it would end before it starts
--   PT005  the entry does not exist
CREATE OR REPLACE FUNCTION stop_time_entry(p_actor uuid, p_id uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted;
  PERFORM demand(FOUND AND may_on(p_actor, 'time_entries', p_id, 'update'),
                 'PT005', 'Time entry not found.'),
          demand(known.ended_at IS NOT NULL OR p_at IS NULL OR p_at >= known.started_at,
                 'PT004', 'A time entry cannot end before it starts.'),
          lock_time(known.owner_id);
  UPDATE time_entries
     SET ended_at = greatest(coalesce(p_at, clock_timestamp())::timestamptz(3), started_at), updated_at = now(), version = version + 1
   WHERE id = p_id AND ended_at IS NULL;
END;
$$;
