-- Keeps at least one active superuser. The lock makes transactions that would remove one take turns, and each then
-- sees the result of the previous one.
--
-- Raises
--   PT004  it would remove the last active superuser
CREATE OR REPLACE FUNCTION keep_a_superuser() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('superusers'));
  IF NOT EXISTS (SELECT FROM users WHERE is_superuser AND is_active AND NOT is_deleted) THEN
    RAISE EXCEPTION 'At least one active superuser must remain.' USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_a_superuser AFTER UPDATE ON users
FOR EACH ROW
WHEN (OLD.is_superuser AND OLD.is_active AND NOT OLD.is_deleted
  AND NOT (NEW.is_superuser AND NEW.is_active AND NOT NEW.is_deleted))
EXECUTE FUNCTION keep_a_superuser();
