DROP FUNCTION demand_held(uuid, text[], text);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_do(p_user uuid, p_type text, p_action text, p_id text, p_administrative text[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$;
