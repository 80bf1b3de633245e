-- Refuses further work once an account has caused 1,000 audit events in organizations in an hour, so that no account
-- fills the audit log with an organization of its own. Events that end access are never refused. Transactions of one
-- account take turns.
--
-- Raises
--   PT007  there are too many of these events; the message is a Block, as JSON
CREATE OR REPLACE FUNCTION bound_organization_events() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_unbound text[] := ARRAY['member.left', 'member.removed', 'team.member_removed', 'department.manager_removed',
                            'invitation.revoked', 'organization.deleted'];
  v_most int := 1000;
  v_oldest timestamptz;
BEGIN
  IF NEW.action = ANY (v_unbound) THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('organization events ' || NEW.actor_id, 0));
  SELECT occurred_at INTO v_oldest
    FROM audit_events
   WHERE actor_id = NEW.actor_id AND organization_id IS NOT NULL AND credential_id IS NOT NULL AND action <> ALL (v_unbound)
     AND occurred_at > now() - interval '1 hour'
   ORDER BY occurred_at DESC, id DESC
  OFFSET v_most - 1 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%', jsonb_build_object('policy', 'organization-events', 'quota', v_most, 'window', 3600, 'seconds',
      greatest(1, ceil(extract(epoch FROM v_oldest + interval '1 hour' - now())))::int) USING ERRCODE = 'PT007';
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_organization_events BEFORE INSERT ON audit_events
FOR EACH ROW WHEN (NEW.organization_id IS NOT NULL AND NEW.credential_id IS NOT NULL)
EXECUTE FUNCTION bound_organization_events();
