-- Keeps a change of a member's time by another member from revealing entries outside of the organization, or that the other
-- member may not read: overlap counts only with entries of the organization that the other member may read. Another member
-- can't start a member's timer, because that would stop the running entry, or tell of it. A change by the owner is
-- checked against all of the owner's entries by the constraints.
--
-- Raises
--   23P01  the entry overlaps another one, and its owner allows no overlap
--   PT004  the entry would be running
CREATE OR REPLACE FUNCTION keep_time_private() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  reach record;
BEGIN
  IF actor() IS NULL OR actor() = NEW.owner_id THEN
    RETURN NEW;
  ELSIF TG_OP = 'UPDATE' AND NOT OLD.is_deleted AND NEW.started_at >= OLD.started_at
        AND (OLD.ended_at IS NULL OR NEW.ended_at <= OLD.ended_at) THEN
    -- No time was added.
    NEW.no_overlap := OLD.no_overlap;
    RETURN NEW;
  END IF;
  PERFORM demand(NEW.ended_at IS NOT NULL, 'PT004', 'Only the owner of a time entry can start its timer.'),
          lock_time(NEW.owner_id);
  IF NOT NEW.no_overlap THEN
    RETURN NEW;
  END IF;
  SELECT * INTO reach FROM reach_of(actor(), NEW.organization_id, 'time_entries', 'read');
  IF EXISTS (
       SELECT FROM time_entries e
        WHERE e.owner_id = NEW.owner_id AND e.organization_id = NEW.organization_id AND NOT e.is_deleted AND e.id <> NEW.id
          AND tstzrange(e.started_at, e.ended_at, '[)') && tstzrange(NEW.started_at, NEW.ended_at, '[)')
          AND (reach.everything OR e.owner_id = ANY (reach.owners) OR e.project_id = ANY (reach.projects))) THEN
    RAISE EXCEPTION 'The entry overlaps another one.' USING ERRCODE = '23P01', CONSTRAINT = 'time_entries_no_overlap';
  END IF;
  NEW.no_overlap := NOT EXISTS (
    SELECT FROM time_entries e
     WHERE e.owner_id = NEW.owner_id AND NOT e.is_deleted AND e.id <> NEW.id AND e.no_overlap
       AND tstzrange(e.started_at, e.ended_at, '[)') && tstzrange(NEW.started_at, NEW.ended_at, '[)'));
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_time_private BEFORE INSERT OR UPDATE OF started_at, ended_at, is_deleted, no_overlap ON time_entries
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL AND NOT NEW.is_deleted) EXECUTE FUNCTION keep_time_private();
