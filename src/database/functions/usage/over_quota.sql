-- Returns the message that refuses a record beyond the limit of an account.
--
-- Parameters
--   p_most   the limit
--   p_label  the plural of the records
CREATE OR REPLACE FUNCTION over_quota(p_most int, p_label text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT format('An account can have %s %s at most, deleted ones included. Rename or restore one that you have.', p_most, p_label);
$$;
