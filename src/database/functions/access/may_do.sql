-- Returns whether a user may do an action to a resource, as the API's routes decide it: by the user's permissions, and
-- for a record with an id also by whether it exists, who owns it, and what it grants. The id matters for reading,
-- updating and deleting records (but not for updating sessions, which no route does), for assigning a role, and for
-- resetting a user's second factors; otherwise only the permission matters. An action that requires no permission is
-- allowed to users in person, and not to personal tokens. The grants of organizations decide about their records.
--
-- Parameters
--   p_user            the user
--   p_type            the resource of the permissions, such as projects
--   p_action          the action
--   p_id              the id of the record; * for all of the type
--   p_administrative  the permissions that a user must hold to act on an account or role that has them
--
-- Reads the setting guard.scopes.
CREATE OR REPLACE FUNCTION may_do(p_user uuid, p_type text, p_action text, p_id text, p_administrative text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  -- Permission names have one colon, so only * covers a type that has a colon.
  v_holds boolean := holds_all(p_user, ARRAY[CASE WHEN p_type LIKE '%:%' THEN '*' ELSE p_type || ':' || p_action END]);
  v_id uuid := uuid_in_text(p_id);
  v_exists boolean := true;
  -- Permissions that the account or role grants, or that a change of the permission affects.
  v_grants text[];
BEGIN
  IF p_id = '*' OR NOT (CASE p_type
                          WHEN 'factors' THEN p_action = 'reset'
                          WHEN 'sessions' THEN p_action IN ('read', 'delete')
                          WHEN 'roles' THEN p_action IN ('read', 'update', 'delete', 'assign')
                          ELSE p_action IN ('read', 'update', 'delete')
                        END) THEN
    RETURN v_holds;
  END IF;

  IF organization_of(p_type, p_id) IS NOT NULL THEN
    RETURN may_on(p_user, p_type, v_id, p_action);
  ELSIF p_type = 'sessions' THEN
    -- Users in person, whose credential has no scopes, see and end their own sessions without a permission.
    RETURN EXISTS (SELECT FROM owners_of('sessions', p_id) AS owner
                    WHERE owner = p_user AND coalesce(current_setting('guard.scopes', true), '') = ''
                       OR v_holds AND (p_action = 'read' OR has_rank_over(p_user, owner)));
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
