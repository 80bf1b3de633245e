-- Returns the facts that decide about a sign-in: the stored credentials of its account, null if no live account has the
-- identifier, and the block on the attempt, null without a block. The counter of correct passwords applies at an address that
-- the account knows. Elsewhere a block is not reported before the password is verified: it would reveal that the
-- account exists.
--
-- Parameters
--   p_attempt  see sign_in_counters()
CREATE OR REPLACE FUNCTION sign_in_facts(p_attempt jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_account uuid := account_named(p_attempt->>'identifier', p_attempt->'names');
  v_counters jsonb := sign_in_counters(p_attempt, v_account);
BEGIN
  IF knows_address(v_account, p_attempt->>'address') THEN
    v_counters := v_counters || jsonb_build_array(p_attempt->'sign_in' || jsonb_build_object('source', v_account));
  END IF;
  RETURN jsonb_build_object(
    'account', (
      SELECT jsonb_build_object('userId', u.id, 'passwordHash', u.password_hash, 'isActive', u.is_active) || factors_of(u.id)
        FROM users u WHERE u.id = v_account),
    'block', standing_block(v_counters));
END;
$$;
