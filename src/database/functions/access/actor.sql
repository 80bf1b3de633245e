-- Returns the id of the signed-in user that guard() let in, or null without a guard. Statements that follow the guard
-- use it where the caller's id is not known beforehand.
--
-- Reads the setting audit.actor.
CREATE OR REPLACE FUNCTION actor() RETURNS uuid
LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('audit.actor', true), '')::uuid;
$$;
