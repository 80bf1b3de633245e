-- Records whether a time entry overlaps no other entry of its owner, so that reports can add it up directly, and
-- clears that flag of the entries that it now overlaps. Running entries and entries of over a day are never marked as
-- alone: a report looks for the few of them in its period. An entry that is wrongly not marked is only slower to read,
-- so the neighbors of a changed entry are not checked again. Nothing that began before an entry marked as alone
-- reaches into it, so the search goes back only to the last such entry.
CREATE OR REPLACE FUNCTION tell_alone() RETURNS trigger
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
