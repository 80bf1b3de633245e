-- Forgets the responses stored for the Idempotency-Keys of users whose access to records ends: of a member who leaves an
-- organization or a project, and of all members of an organization that is deleted. A repeated request is then answered as one
-- whose response was lost, so it does nothing again and shows nothing. The status 0 keeps a response that is still being sent
-- from being stored.
CREATE OR REPLACE FUNCTION forget_answers() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'organizations' THEN
    UPDATE idempotency_keys SET sealed_answer = NULL, status = coalesce(status, 0)
     WHERE owner IN (SELECT user_id::text FROM memberships WHERE organization_id = NEW.id AND left_at IS NULL)
       AND (sealed_answer IS NOT NULL OR status IS NULL);
  ELSE
    UPDATE idempotency_keys SET sealed_answer = NULL, status = coalesce(status, 0)
     WHERE owner = OLD.user_id::text AND (sealed_answer IS NOT NULL OR status IS NULL);
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER forget_answers AFTER UPDATE OF left_at ON memberships
FOR EACH ROW WHEN (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL) EXECUTE FUNCTION forget_answers();
--> statement-breakpoint
CREATE TRIGGER forget_answers AFTER DELETE ON project_members
FOR EACH ROW EXECUTE FUNCTION forget_answers();
--> statement-breakpoint
CREATE TRIGGER forget_answers AFTER UPDATE OF is_deleted ON organizations
FOR EACH ROW WHEN (NEW.is_deleted AND NOT OLD.is_deleted) EXECUTE FUNCTION forget_answers();
