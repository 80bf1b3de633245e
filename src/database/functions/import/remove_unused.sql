-- Removes the given records that were not changed since their creation and that are not in use, and returns their
-- number; removes no record if any of them comes into use before the removal ends.
--
-- Parameters
--   p_owner  the owner of the records
--   p_table  the table of the records
--   p_ids    the ids of the records
--   p_used   a condition on `r` that holds for records in use; never from a request
CREATE OR REPLACE FUNCTION remove_unused(p_owner uuid, p_table text, p_ids uuid[], p_used text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  v_count int;
BEGIN
  EXECUTE format('DELETE FROM %I r WHERE id = ANY ($1) AND owner_id = $2 AND version = 1 AND NOT (%s)', p_table, p_used)
    USING p_ids, p_owner;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
EXCEPTION WHEN foreign_key_violation THEN
  RETURN 0;
END;
$$;
