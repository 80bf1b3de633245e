-- Returns the owner of a live record, given its id as text. ActivityWatch buckets of several users may share an id,
-- and no user reaches another user's bucket.
--
-- Parameters
--   p_type  the resource of the permissions: an owned one, or sessions
--   p_id    the id
CREATE OR REPLACE FUNCTION owners_of(p_type text, p_id text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_id uuid := uuid_in_text(p_id);
BEGIN
  CASE p_type
    WHEN 'clients', 'projects', 'tasks', 'tags', 'time_entries', 'goals' THEN
      RETURN QUERY EXECUTE format('SELECT owner_id FROM %I WHERE id = $1 AND NOT is_deleted', p_type) USING v_id;
    WHEN 'activity' THEN
      RETURN QUERY SELECT owner_id FROM activity_rules WHERE id = v_id AND NOT is_deleted;
    WHEN 'buckets' THEN
      RETURN QUERY SELECT user_id FROM activity_buckets WHERE id = p_id;
    WHEN 'sessions' THEN
      RETURN QUERY SELECT s.user_id
                     FROM sessions s
                     JOIN users u ON u.id = s.user_id AND NOT u.is_deleted
                    WHERE s.id = v_id AND s.revoked_at IS NULL AND least(s.idle_at, s.ends_at) > now();
    ELSE
      RETURN;
  END CASE;
END;
$$;
