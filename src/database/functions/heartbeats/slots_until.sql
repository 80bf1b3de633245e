-- Returns the instant up to which a user's slots agree with an idle timeout and all heartbeats. Reports read
-- heartbeats after it.
--
-- Parameters
--   p_user  the user
--   p_idle  the idle timeout
CREATE OR REPLACE FUNCTION slots_until(p_user uuid, p_idle interval) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce((
      SELECT CASE WHEN make_interval(secs => idle_seconds) = p_idle THEN least(built_until, lower(dirty)) ELSE kept_since END
        FROM heartbeat_states WHERE user_id = p_user), '-infinity'));
END;
$$;
