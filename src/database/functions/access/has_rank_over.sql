-- Returns whether a user has the rank to act on another: only a superuser acts on a superuser.
--
-- Parameters
--   p_actor  the user who acts
--   p_user   the other user
CREATE OR REPLACE FUNCTION has_rank_over(p_actor uuid, p_user uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT bool_or(id = p_actor AND is_superuser) OR NOT bool_or(id = p_user AND is_superuser)
      FROM users WHERE id IN (p_actor, p_user));
END;
$$;
