-- Returns whether a user may read all users' records of a resource, and also do the given action to them. A caller who
-- may not read a record may not change it either: a refusal that depends on its contents would reveal them.
--
-- Parameters
--   p_actor     the user
--   p_resource  the resource of the permissions, such as projects
--   p_action    read, update or delete
CREATE OR REPLACE FUNCTION reaches_all(p_actor uuid, p_resource text, p_action text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT holds_all(p_actor, ARRAY[p_resource || ':read_any', p_resource || ':' || p_action || '_any']);
$$;
