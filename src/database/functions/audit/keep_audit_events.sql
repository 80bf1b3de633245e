-- Keeps events of the audit log from being changed or removed, with two exceptions. While audit.retention is on, the
-- owner of the table may delete events: remove_audit_events() and make_partitions() do. While audit.erasure is on, an
-- update may remove personal data: actor, credential and target stay, other columns only become null, and details
-- only lose parts and gain "erased". A setting helps only a role that may change the table at all, which the Worker's
-- role may not. Postgres copies the row trigger to each partition; make_partitions() gives each one a truncate
-- trigger like the table's.
--
-- Reads the settings audit.erasure, audit.retention.
--
-- Raises
--   P0001  any other change
CREATE OR REPLACE FUNCTION keep_audit_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on'
     AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND current_setting('audit.erasure', true) = 'on' THEN
    IF NEW.details ? 'erased' AND NEW.details - 'erased' <@ OLD.details
       AND (NEW.actor_id, NEW.credential_id, NEW.target_id) IS NOT DISTINCT FROM (OLD.actor_id, OLD.credential_id, OLD.target_id)
       AND NOT EXISTS (
         SELECT FROM jsonb_each(to_jsonb(NEW) - 'details') AS n JOIN jsonb_each(to_jsonb(OLD)) AS o USING (key)
          WHERE n.value <> o.value AND n.value <> 'null') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'audit events are never changed';
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();
--> statement-breakpoint
CREATE TRIGGER keep_audit_events BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION keep_audit_events();
