-- Ends the least recently refreshed session of an account that opens a 501st session, so that its owner can always
-- sign in.
-- Reads without sequential scans: a plan that was made while the table was small is kept while it grows.
CREATE OR REPLACE FUNCTION bound_sessions() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF EXISTS (SELECT FROM sessions WHERE user_id = NEW.user_id AND revoked_at IS NULL OFFSET 500) THEN
    UPDATE sessions SET revoked_at = now(), revoked_for = 'replaced'
     WHERE id IN (SELECT id FROM sessions WHERE user_id = NEW.user_id AND revoked_at IS NULL AND id <> NEW.id
                   ORDER BY rotated_at DESC, id OFFSET 499);
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_sessions AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION bound_sessions();
