-- Raises unless a condition holds, which rolls back the whole batch of statements. A null condition does not hold.
-- src/database/sqlstates.ts has the codes, and the error that each becomes for a client.
--
-- Parameters
--   p_met      the condition
--   p_code     the SQLSTATE to raise
--   p_message  the message to raise with it; for PT003, PT004, PT005 and PT011 a sentence for the client
--
-- Raises
--   any    p_code, where p_met is false or null
CREATE OR REPLACE FUNCTION demand(p_met boolean, p_code text, p_message text) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF p_met IS NOT TRUE THEN
    RAISE EXCEPTION '%', p_message USING ERRCODE = p_code;
  END IF;
END;
$$;
