-- Returns whether a user may read all records of a resource, and also do the given action to them: all users' personal
-- records, or with p_grants all records of an organization. A caller who may not read a record may not change it either: a
-- refusal that depends on its contents would reveal them.
--
-- Parameters
--   p_actor     the user
--   p_resource  the resource of the permissions, such as projects
--   p_action    read, update or delete
--   p_grants    the grants of the user's role in an organization, which then decide instead of permissions
CREATE OR REPLACE FUNCTION reaches_all(p_actor uuid, p_resource text, p_action text, p_grants text[] DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_grants IS NULL THEN holds_all(p_actor, ARRAY[p_resource || ':read_any', p_resource || ':' || p_action || '_any'])
         ELSE p_grants @> ARRAY[p_resource || ':read_any', p_resource || ':' || p_action || '_any']
              AND in_scope(p_resource || ':read_any') AND in_scope(p_resource || ':' || p_action || '_any') END;
$$;
