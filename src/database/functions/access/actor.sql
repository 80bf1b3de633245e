-- Returns the signed-in user that guard() let in, or null without a guard. Statements behind the guard use it where
-- the caller's id is not known before.
--
-- Reads the setting audit.actor.
CREATE OR REPLACE FUNCTION actor() RETURNS uuid
LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('audit.actor', true), '')::uuid;
$$;
