-- Returns the counters of failed sign-ins that concern an attempt, as buckets. They keep an attacker from locking an
-- owner out (OWASP ASVS 5.0 6.1.1): on a device that the account knows, only failures of that device count; at an
-- address that the account has recently had a session from, only failures from there; elsewhere, also failures from all
-- unknown places together. Unknown accounts are counted in the same way (6.3.8), by the case-folded identifier.
--
-- Parameters
--   p_attempt  an object with these members
--     identifier, names   see account_named()
--     address             the client's address; empty if unknown
--     network             the suffix that names the client's network
--     device              null, or the known device: {"userId": …, "deviceId": …}
--     login, login_on_device, login_to_account, sign_in
--                         policies: buckets without a source
--     from_address        the buckets of the client's address
--   p_account  the account that has the identifier; null for an unknown account
CREATE OR REPLACE FUNCTION sign_in_counters(p_attempt jsonb, p_account uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_key text := coalesce('id ' || p_account, 'name ' || fold_case(p_attempt->>'identifier'));
BEGIN
  IF (p_attempt->'device'->>'userId')::uuid = p_account THEN
    RETURN jsonb_build_array(p_attempt->'login_on_device' || jsonb_build_object('source', p_attempt->'device'->>'deviceId'));
  END IF;
  RETURN jsonb_build_array(p_attempt->'login' || jsonb_build_object('source', v_key || (p_attempt->>'network')))
    || CASE WHEN knows_address(p_account, p_attempt->>'address') THEN '[]'
            ELSE jsonb_build_array(p_attempt->'login_to_account' || jsonb_build_object('source', v_key)) END
    || (p_attempt->'from_address');
END;
$$;
