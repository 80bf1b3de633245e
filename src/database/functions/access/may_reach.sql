-- Returns whether a user may reach a personal record: their own, or another user's if they hold the permissions for all
-- users'. src/database/ownership.ts has the same rule for the statements of the API. may_on() has the rule for records of
-- organizations.
--
-- Parameters
--   p_actor     the user
--   p_owner     the owner of the record
--   p_resource  the resource of the permissions, such as projects
--   p_action    read, update or delete
CREATE OR REPLACE FUNCTION may_reach(p_actor uuid, p_owner uuid, p_resource text, p_action text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT reaches_personal() AND (p_owner = p_actor OR reaches_all(p_actor, p_resource, p_action));
$$;
