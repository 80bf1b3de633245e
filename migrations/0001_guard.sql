-- The check that travels with the work: the first statement of every transaction made for a signed-in request. It
-- raises, and so undoes and forbids what follows, unless the session and its user are live at this moment and every
-- clause of p_required is met. A clause is an array of permission names of which the user must hold one:
-- [["tasks:read", "tasks:*", "*"]]. An empty array asks for no more than being signed in.
--
--   PT001  no such session, ended, or its user deleted
--   PT002  the account is deactivated
--   PT003  a permission is missing
CREATE FUNCTION guard(p_session uuid, p_user uuid, p_required jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  actor record;
BEGIN
  SELECT u.is_active, u.is_superuser, s.revoked_at IS NULL AND s.ends_at > now() AS is_live
    INTO actor
    FROM sessions s
    JOIN users u ON u.id = s.user_id
   WHERE s.id = p_session AND s.user_id = p_user AND NOT u.is_deleted;

  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such session' USING ERRCODE = 'PT001';
  ELSIF NOT actor.is_active THEN
    RAISE EXCEPTION 'the account is deactivated' USING ERRCODE = 'PT002';
  ELSIF NOT actor.is_live THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'PT001';
  ELSIF NOT actor.is_superuser AND EXISTS (
    SELECT FROM jsonb_array_elements(p_required) AS clause
     WHERE NOT EXISTS (
       SELECT FROM user_roles ur
         JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
         JOIN role_permissions rp ON rp.role_id = r.id
         JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
        WHERE ur.user_id = p_user AND clause ? p.name
     )
  ) THEN
    RAISE EXCEPTION 'You do not have permission to do this.' USING ERRCODE = 'PT003';
  END IF;
END;
$$;
