-- Writes an event to the audit log, with the actor, credential, address and request that guard() or origin() set. A
-- change outside of a request has no actor.
--
-- Parameters
--   p_action       the event, such as user.updated
--   p_target_type  the kind of record that the event is about
--   p_target       the id of that record
--   p_details      facts to keep with the event
--   p_actor        the user who must have sent the request, where no user is signed in
--
-- Reads the settings audit.actor, audit.address, audit.credential, audit.organization, audit.request.
CREATE OR REPLACE FUNCTION audit(p_action text, p_target_type text, p_target uuid, p_details jsonb, p_actor uuid DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_events (actor_id, credential_id, action, target_type, target_id, address, request_id, organization_id, details)
  VALUES (
    coalesce(
      nullif(current_setting('audit.actor', true), '')::uuid,
      CASE WHEN current_setting('audit.request', true) <> '' THEN p_actor END),
    nullif(current_setting('audit.credential', true), '')::uuid,
    p_action, p_target_type, p_target,
    nullif(current_setting('audit.address', true), ''),
    nullif(current_setting('audit.request', true), ''),
    nullif(current_setting('audit.organization', true), '')::uuid,
    p_details);
END;
$$;
