-- What administration needs to decide inside the transaction that does the work.

-- Raises p_code unless p_met: how a batch of statements is stopped half-way, and so undone. Null is not met.
--
--   PT003  the caller may not do this
--   PT004  a rule of the domain forbids it
--   PT005  there is no such thing; p_message says of what kind
--   PT006  it was changed since the caller read it
CREATE FUNCTION demand(p_met boolean, p_code text, p_message text) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF p_met IS NOT TRUE THEN
    RAISE EXCEPTION '%', p_message USING ERRCODE = p_code;
  END IF;
END;
$$;
--> statement-breakpoint
-- Whether p_user holds every permission in p_names, by name or by a wildcard. Superusers hold all.
CREATE FUNCTION holds_all(p_user uuid, p_names text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT is_superuser FROM users WHERE id = p_user AND NOT is_deleted AND is_active), false)
    OR NOT EXISTS (
      SELECT FROM unnest(p_names) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM user_roles ur
           JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
           JOIN role_permissions rp ON rp.role_id = r.id
           JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
          WHERE ur.user_id = p_user AND p.name IN (wanted, split_part(wanted, ':', 1) || ':*', '*')
       )
    );
$$;
--> statement-breakpoint
-- The names that p_role grants, or would grant if it were not deleted.
CREATE FUNCTION grants_of_role(p_role uuid) RETURNS text[]
LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(p.name), '{}')
    FROM role_permissions rp
    JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
   WHERE rp.role_id = p_role;
$$;
--> statement-breakpoint
-- Changes whenever what the API shows of the role changes, its permissions included.
CREATE FUNCTION role_tag(p_role uuid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT md5(concat_ws(',', r.version, (
           SELECT string_agg(p.id || '.' || p.version, ',' ORDER BY p.id)
             FROM role_permissions rp
             JOIN permissions p ON p.id = rp.permission_id AND NOT p.is_deleted
            WHERE rp.role_id = r.id)))
    FROM roles r WHERE r.id = p_role;
$$;
--> statement-breakpoint
-- Changes whenever what the API shows of the user changes, roles and their permissions included.
CREATE FUNCTION user_tag(p_user uuid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT md5(concat_ws(',', u.version, (
           SELECT string_agg(r.id || '.' || role_tag(r.id), ',' ORDER BY r.id)
             FROM user_roles ur
             JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted
            WHERE ur.user_id = u.id)))
    FROM users u WHERE u.id = p_user;
$$;
--> statement-breakpoint
-- One active superuser must remain. The lock makes those who would remove one take turns, and each then sees what the
-- last one left.
CREATE FUNCTION keep_a_superuser() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('superusers'));
  IF NOT EXISTS (SELECT FROM users WHERE is_superuser AND is_active AND NOT is_deleted) THEN
    RAISE EXCEPTION 'The last active superuser must stay one.' USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_a_superuser AFTER UPDATE ON users
FOR EACH ROW
WHEN (OLD.is_superuser AND OLD.is_active AND NOT OLD.is_deleted
  AND NOT (NEW.is_superuser AND NEW.is_active AND NOT NEW.is_deleted))
EXECUTE FUNCTION keep_a_superuser();
