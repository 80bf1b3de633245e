-- Marks a time entry as deleted, if the caller may read and delete it.
--
-- Parameters
--   p_actor  the caller
--   p_id     the entry
--
-- Raises
--   PT005  the entry does not exist
CREATE OR REPLACE FUNCTION delete_time_entry(p_actor uuid, p_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE time_entries SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
   WHERE id = p_id AND NOT is_deleted AND may_on(p_actor, 'time_entries', id, 'delete');
  PERFORM demand(FOUND, 'PT005', 'Time entry not found.');
END;
$$;
