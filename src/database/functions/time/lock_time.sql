-- Makes transactions that change the time entries of one user take turns, until each ends.
--
-- Parameters
--   p_user  the user
CREATE OR REPLACE FUNCTION lock_time(p_user uuid) RETURNS void
LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('time ' || p_user, 0));
$$;
