-- Removes personal data about an account whose erasure has begun from audit events that it caused or that are about
-- it, and returns the number of these events. It runs with the rights of the owner of the tables and a search path of
-- its own, as remove_audit_events() does.
--
-- Parameters
--   p_user  the account
--   p_most  the maximum number of events to change
--
-- Sets audit.erasure.
CREATE OR REPLACE FUNCTION strip_audit_events(p_user uuid, p_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
DECLARE
  v_count int;
BEGIN
  IF NOT EXISTS (SELECT FROM erasures WHERE user_id = p_user AND begun_at IS NOT NULL) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('audit.erasure', 'on', true);
  -- If another user caused the event, the address and request are theirs; if it is about another user, the details are.
  UPDATE audit_events
     SET address = CASE WHEN actor_id <> p_user THEN address END,
         request_id = CASE WHEN actor_id <> p_user THEN request_id END,
         details = CASE WHEN target_id = p_user THEN impersonal_details(details) ELSE details || '{"erased": true}' END
   WHERE id = ANY (ARRAY (
     SELECT id FROM audit_events WHERE (actor_id = p_user OR target_id = p_user) AND NOT details ? 'erased' LIMIT p_most))
     -- Another event may have the same id as one of these.
     AND (actor_id = p_user OR target_id = p_user);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  PERFORM set_config('audit.erasure', '', true);
  RETURN v_count;
END;
$$;
