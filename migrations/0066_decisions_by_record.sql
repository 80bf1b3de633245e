CREATE OR REPLACE FUNCTION grants_of_user(p_user uuid) RETURNS text[]
LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(granted), '{}')
    FROM user_roles ur
    JOIN roles r ON r.id = ur.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
   WHERE ur.user_id = p_user;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grants_with_permission(p_permission uuid) RETURNS text[]
LANGUAGE sql STABLE AS $$
  SELECT array_agg(concerned.name)
    FROM (SELECT name FROM permissions WHERE id = p_permission
          UNION
          SELECT granted
            FROM role_permissions rp
            JOIN roles r ON r.id = rp.role_id AND NOT r.is_deleted, unnest(grants_of_role(r.id)) AS granted
           WHERE rp.permission_id = p_permission) AS concerned;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION has_rank_over(p_actor uuid, p_user uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT bool_or(id = p_actor AND is_superuser) OR NOT bool_or(id = p_user AND is_superuser)
    FROM users WHERE id IN (p_actor, p_user);
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION uuid_in_text(p_text text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_text::uuid END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION owners_of(p_type text, p_id text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_id uuid := uuid_in_text(p_id);
BEGIN
  CASE p_type
    WHEN 'clients', 'projects', 'tasks', 'tags', 'time_entries', 'goals' THEN
      RETURN QUERY EXECUTE format('SELECT owner_id FROM %I WHERE id = $1 AND NOT is_deleted', p_type) USING v_id;
    WHEN 'activity' THEN
      RETURN QUERY SELECT owner_id FROM activity_rules WHERE id = v_id AND NOT is_deleted;
    WHEN 'buckets' THEN
      RETURN QUERY SELECT user_id FROM activity_buckets WHERE id = p_id;
    WHEN 'sessions' THEN
      RETURN QUERY SELECT s.user_id
                     FROM sessions s
                     JOIN users u ON u.id = s.user_id AND NOT u.is_deleted
                    WHERE s.id = v_id AND s.revoked_at IS NULL AND least(s.idle_at, s.ends_at) > now();
    ELSE
      RETURN;
  END CASE;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_do(p_user uuid, p_type text, p_action text, p_id text, p_administrative text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  -- A name has one colon, so a type with a colon is of no permission but *.
  v_holds boolean := holds_all(p_user, ARRAY[CASE WHEN p_type LIKE '%:%' THEN '*' ELSE p_type || ':' || p_action END]);
  v_id uuid := uuid_in_text(p_id);
  v_exists boolean := true;
  -- What the account, role or permission grants.
  v_grants text[];
BEGIN
  IF p_id = '*' OR p_type || ':' || p_action NOT IN ('roles:assign', 'factors:reset')
                   AND p_action NOT IN ('read', 'update', 'delete') THEN
    RETURN v_holds;
  END IF;

  IF p_type = 'sessions' THEN
    -- Their own session ends without a permission.
    RETURN EXISTS (SELECT FROM owners_of('sessions', p_id) AS owner
                    WHERE owner = p_user OR v_holds AND (p_action = 'read' OR has_rank_over(p_user, owner)));
  ELSIF NOT v_holds THEN
    RETURN false;
  END IF;

  CASE p_type
    WHEN 'clients', 'projects', 'tasks', 'tags', 'time_entries', 'goals' THEN
      RETURN EXISTS (SELECT FROM owners_of(p_type, p_id) AS owner WHERE may_reach(p_user, owner, p_type, p_action));
    WHEN 'activity' THEN
      RETURN EXISTS (SELECT FROM owners_of('activity', p_id) AS owner WHERE may_reach(p_user, owner, 'activity', p_action))
          OR p_action <> 'update' AND EXISTS (SELECT FROM owners_of('buckets', p_id) AS owner WHERE owner = p_user);
    WHEN 'users', 'factors' THEN
      v_exists := EXISTS (SELECT FROM users WHERE id = v_id AND NOT is_deleted)
                  AND (p_action = 'read' OR has_rank_over(p_user, v_id))
                  AND (p_type = 'factors' OR p_action <> 'delete' OR v_id <> p_user);
      v_grants := grants_of_user(v_id);
    WHEN 'roles' THEN
      v_exists := EXISTS (SELECT FROM roles WHERE id = v_id AND NOT is_deleted AND (p_action <> 'delete' OR builtin IS NULL));
      v_grants := grants_of_role(v_id);
    WHEN 'permissions' THEN
      v_exists := EXISTS (SELECT FROM permissions WHERE id = v_id AND NOT is_deleted);
      v_grants := grants_with_permission(v_id);
    ELSE
      RETURN true;
  END CASE;
  RETURN v_exists AND CASE p_action
    WHEN 'read' THEN true
    WHEN 'assign' THEN holds_all(p_user, v_grants)
    ELSE holds_all(p_user, ARRAY(SELECT unnest(v_grants) INTERSECT SELECT unnest(p_administrative)))
  END;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION decides(p_caller uuid, p_user uuid, p_type text, p_action text, p_id text, p_administrative text[])
RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_scopes text := coalesce(current_setting('guard.scopes', true), '');
  v_decision boolean;
BEGIN
  IF p_caller = p_user OR v_scopes = '' THEN
    RETURN may_do(p_user, p_type, p_action, p_id, p_administrative);
  END IF;
  PERFORM set_config('guard.scopes', '', true);
  v_decision := may_do(p_user, p_type, p_action, p_id, p_administrative);
  PERFORM set_config('guard.scopes', v_scopes, true);
  RETURN v_decision;
END;
$$;
