-- Returns the message that refuses a record beyond the limit of an account.
--
-- Parameters
--   p_most   the limit
--   p_label  the plural of the records
CREATE OR REPLACE FUNCTION over_quota(p_most int, p_label text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN format('An account can have at most %s %s, including deleted ones. Rename or restore an existing one.', p_most, p_label);
END;
$$;
