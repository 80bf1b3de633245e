ALTER TABLE "time_entries" ADD COLUMN "is_alone" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
-- Tells whether an entry shares no time with another of its owner's, so that reports can add it up as it is, and takes note of
-- those that share time with it from now on. Entries of over a day, and what runs, are left out of it: a report asks for the few
-- of them in its period. What is not known to be alone is only slower to read, so nothing is told anew of those beside which an
-- entry was.
--
-- Nothing that began before one that is alone reaches into it, so no more is looked at than what began since the last such one.
CREATE FUNCTION tell_alone() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_since timestamptz;
BEGIN
  NEW.is_alone := false;
  IF NEW.ended_at > NEW.started_at AND NEW.ended_at - NEW.started_at <= interval '24 hours' THEN
    PERFORM lock_time(NEW.owner_id);
    SELECT started_at INTO v_since FROM time_entries
     WHERE owner_id = NEW.owner_id AND NOT is_deleted AND is_alone AND id <> NEW.id
       AND started_at < NEW.started_at AND started_at > NEW.started_at - interval '24 hours'
     ORDER BY started_at DESC LIMIT 1;
    v_since := coalesce(v_since, NEW.started_at - interval '24 hours');
    NEW.is_alone := NOT EXISTS (
      SELECT FROM time_entries
       WHERE owner_id = NEW.owner_id AND NOT is_deleted AND id <> NEW.id
         AND started_at >= v_since AND started_at < NEW.ended_at AND ended_at > greatest(started_at, NEW.started_at)
         AND ended_at - started_at <= interval '24 hours');
    IF NOT NEW.is_alone THEN
      UPDATE time_entries SET is_alone = false
       WHERE owner_id = NEW.owner_id AND NOT is_deleted AND is_alone AND id <> NEW.id
         AND started_at >= v_since AND started_at < NEW.ended_at AND ended_at > NEW.started_at;
    END IF;
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER time_entries_alone
  BEFORE INSERT OR UPDATE OF owner_id, started_at, ended_at, is_deleted ON time_entries
  FOR EACH ROW WHEN (NOT NEW.is_deleted) EXECUTE FUNCTION tell_alone();
--> statement-breakpoint
UPDATE time_entries SET is_alone = true
 WHERE id IN (
   SELECT id FROM (
     SELECT id, started_at, ended_at, max(ended_at) OVER earlier AS reached, lead(started_at) OVER earlier AS following
       FROM time_entries
      WHERE NOT is_deleted AND ended_at > started_at AND ended_at - started_at <= interval '24 hours'
     WINDOW earlier AS (PARTITION BY owner_id ORDER BY started_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
   ) AS entries
   WHERE coalesce(reached <= started_at, true) AND coalesce(following >= ended_at, true));
