-- Adds to the number of records of a kind that an account has, and refuses records once that number has reached the
-- limit. The number may be off by about 1 %.
--
-- Parameters
--   p_user   the account
--   p_kind   the kind of record
--   p_count  the number of rows that are added
--   p_most   the limit
--   p_label  the plural of the kind, for the message
--
-- Raises
--   PT004  the account has reached the limit
CREATE OR REPLACE FUNCTION add_usage(p_user uuid, p_kind text, p_count bigint, p_most bigint, p_label text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_added bigint := sampled(p_count);
BEGIN
  IF EXISTS (SELECT FROM account_usage WHERE user_id = p_user AND kind = p_kind AND count >= p_most) THEN
    RAISE EXCEPTION 'An account can have at most about % %, including deleted ones. Ask an administrator for help.', p_most, p_label
      USING ERRCODE = 'PT004';
  END IF;
  IF v_added > 0 THEN
    INSERT INTO account_usage AS u (user_id, kind, count) VALUES (p_user, p_kind, v_added)
    ON CONFLICT (user_id, kind) DO UPDATE SET count = u.count + excluded.count;
  END IF;
END;
$$;
