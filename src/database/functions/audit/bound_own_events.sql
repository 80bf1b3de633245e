-- Refuses further work once an account has caused too many audit events about itself in an hour, so that no account
-- fills the audit log. Events that end access are never refused; features/throttling limits sign-ins and password
-- checks. Transactions of one account take turns.
--
-- Reads the setting audit.own_events.
--
-- Raises
--   PT007  there are too many of these events; the message is a Block, as JSON
CREATE OR REPLACE FUNCTION bound_own_events() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_unbound text[] := ARRAY['session.ended', 'session.reauthenticated', 'token.revoked', 'feed.revoked', 'factor.removed',
                            'user.password_changed', 'user.deleted', 'member.left'];
  v_most int := coalesce(nullif(current_setting('audit.own_events', true), '')::int, 100);
  v_oldest timestamptz;
BEGIN
  IF NEW.action = ANY (v_unbound) THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('own events ' || NEW.actor_id, 0));
  SELECT occurred_at INTO v_oldest
    FROM audit_events
   WHERE actor_id = NEW.actor_id AND target_id = NEW.actor_id AND credential_id IS NOT NULL AND action <> ALL (v_unbound)
     AND occurred_at > now() - interval '1 hour'
   ORDER BY occurred_at DESC, id DESC
  OFFSET v_most - 1 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%', jsonb_build_object('policy', 'own-events', 'quota', v_most, 'window', 3600, 'seconds',
      greatest(1, ceil(extract(epoch FROM v_oldest + interval '1 hour' - now())))::int) USING ERRCODE = 'PT007';
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_own_events BEFORE INSERT ON audit_events
FOR EACH ROW WHEN (NEW.actor_id = NEW.target_id AND NEW.credential_id IS NOT NULL) EXECUTE FUNCTION bound_own_events();
