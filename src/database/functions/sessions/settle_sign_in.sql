-- Settles the counts of an attempt whose password was correct: requires that it has not been blocked in the meantime,
-- resets the count of failures at this place, and counts the success. Counts across accounts stay: otherwise an
-- attacker who guesses at other accounts could reset them by signing in to their own.
--
-- Parameters
--   p_attempt  see sign_in_counters()
--   p_account  the account
--
-- Raises
--   PT007  the rate limit is exceeded; the message is a Block, as JSON
CREATE OR REPLACE FUNCTION settle_sign_in(p_attempt jsonb, p_account uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_counters jsonb := sign_in_counters(p_attempt, p_account);
BEGIN
  PERFORM demand_open(v_counters);
  -- The first counter is that of the place: the device, or the network.
  PERFORM reset_counts(jsonb_build_array(v_counters->0));
  PERFORM demand_attempt(jsonb_build_array(p_attempt->'sign_in' || jsonb_build_object('source', p_account)));
END;
$$;
