-- Subtracts from the number of records of a kind that an account has.
--
-- Parameters
--   p_user   the account
--   p_kind   the kind of record
--   p_count  the number of rows that are removed
CREATE OR REPLACE FUNCTION reduce_usage(p_user uuid, p_kind text, p_count bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_removed bigint := sampled(p_count);
BEGIN
  IF v_removed > 0 THEN
    UPDATE account_usage SET count = greatest(0, count - v_removed) WHERE user_id = p_user AND kind = p_kind;
  END IF;
END;
$$;
