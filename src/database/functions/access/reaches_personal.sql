-- Returns whether the caller may reach personal records with the request: not if the caller has its permission only in
-- organizations (see guard).
--
-- Reads the setting guard.lacking.
CREATE OR REPLACE FUNCTION reaches_personal() RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('guard.lacking', true), '') = '';
$$;
