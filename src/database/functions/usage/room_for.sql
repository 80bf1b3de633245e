-- Returns how many more records of a table an account may have by its trigger bound_kind, and the message that refuses
-- one more. Until the transaction ends, no other transaction adds records to the account.
--
-- Parameters
--   p_owner  the account
--   p_table  the table
--
-- Raises
--   P0002  the table has no trigger bound_kind
CREATE OR REPLACE FUNCTION room_for(p_owner uuid, p_table text, OUT room int, OUT refusal text)
LANGUAGE plpgsql AS $$
DECLARE
  v_arguments text;
  v_most int;
  v_count int;
BEGIN
  SELECT encode(tgargs, 'escape') INTO STRICT v_arguments
    FROM pg_trigger WHERE tgrelid = p_table::regclass AND tgname = 'bound_kind';
  v_most := split_part(v_arguments, '\000', 1);
  PERFORM pg_advisory_xact_lock(hashtextextended(p_table || ' of ' || p_owner, 0));
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE owner_id = $1 LIMIT $2) AS found', p_table)
     INTO v_count USING p_owner, v_most;
  room := v_most - v_count;
  refusal := over_quota(v_most, split_part(v_arguments, '\000', 2));
END;
$$;
