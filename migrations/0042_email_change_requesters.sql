ALTER TABLE "email_changes" ADD COLUMN "requested_by" uuid;--> statement-breakpoint
ALTER TABLE "email_changes" ADD CONSTRAINT "email_changes_requested_by_users_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
UPDATE email_changes c SET requested_by = u.id
  FROM audit_events e JOIN users u ON u.id = e.actor_id
 WHERE e.action = 'user.email_change_requested' AND e.target_id = c.user_id AND e.occurred_at = c.created_at;
--> statement-breakpoint
-- Requests a change of the email of p_user to p_email, as before, and keeps its requester: when the change takes effect, that user must
-- still be allowed to make it.
CREATE OR REPLACE FUNCTION request_email_change(p_user uuid, p_email text, p_confirm_hash text, p_stop_hash text, p_is_own boolean)
RETURNS TABLE (from_email text, is_stoppable boolean, is_waiting boolean)
LANGUAGE plpgsql AS $$
DECLARE
  account record;
BEGIN
  SELECT u.email,
         NOT p_is_own AND (u.email_verified_at IS NOT NULL OR u.password_hash <> '$none$') AS waits,
         u.email_verified_at IS NOT NULL OR NOT p_is_own AND u.password_hash <> '$none$' AS stops
    INTO account FROM users u WHERE u.id = p_user AND NOT u.is_deleted;
  IF p_email IS NULL OR NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE email_changes SET cancelled_at = now() WHERE user_id = p_user AND applied_at IS NULL AND cancelled_at IS NULL;
  IF lower(account.email) = lower(p_email) THEN
    RETURN;
  END IF;
  PERFORM demand_email_free(p_user, p_email);
  INSERT INTO email_changes (user_id, requested_by, from_email, to_email, confirm_hash, stop_hash, due_at, expires_at, stoppable_until)
  VALUES (p_user, CASE WHEN p_is_own THEN p_user ELSE actor() END, account.email, p_email, p_confirm_hash,
    CASE WHEN account.stops THEN p_stop_hash END,
    CASE WHEN account.waits THEN now() + interval '72 hours' END,
    now() + interval '1 day', now() + interval '7 days');
  PERFORM audit('user.email_change_requested', 'user', p_user, jsonb_build_object(
    'before', jsonb_build_object('email', account.email), 'after', jsonb_build_object('email', p_email)));
  RETURN QUERY SELECT account.email, account.stops, account.waits;
END;
$$;
