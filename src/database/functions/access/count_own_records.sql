-- Returns the length of a user's own list without filters, up to a maximum. The list has the personal records of the user, and of
-- time entries also those of all organizations in which the user reads them. A list that counts itself is planned for that at
-- each call.
--
-- Parameters
--   p_resource  clients, projects, tags, tasks or time_entries
--   p_owner     the user
--   p_most      the maximum
CREATE OR REPLACE FUNCTION count_own_records(p_resource text, p_owner uuid, p_most int) RETURNS int
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_reaches_personal boolean := reaches_personal();
  v_organizations uuid[];
BEGIN
  IF p_resource = 'time_entries' THEN
    v_organizations := organizations_of_own_time(p_owner, p_resource);
    RETURN (
      SELECT count(*) FROM (
        SELECT FROM time_entries
         WHERE owner_id = p_owner AND NOT is_deleted
           AND CASE WHEN organization_id IS NULL THEN v_reaches_personal ELSE organization_id = ANY(v_organizations) END
         LIMIT p_most) AS counted);
  END IF;
  IF NOT v_reaches_personal THEN
    RETURN 0;
  END IF;
  CASE p_resource
    WHEN 'clients' THEN
      RETURN (SELECT count(*) FROM (
        SELECT FROM clients WHERE owner_id = p_owner AND organization_id IS NULL AND NOT is_deleted LIMIT p_most) AS counted);
    WHEN 'projects' THEN
      RETURN (SELECT count(*) FROM (
        SELECT FROM projects WHERE owner_id = p_owner AND organization_id IS NULL AND NOT is_deleted LIMIT p_most) AS counted);
    WHEN 'tags' THEN
      RETURN (SELECT count(*) FROM (
        SELECT FROM tags WHERE owner_id = p_owner AND organization_id IS NULL AND NOT is_deleted LIMIT p_most) AS counted);
    WHEN 'tasks' THEN
      RETURN (SELECT count(*) FROM (
        SELECT FROM tasks WHERE owner_id = p_owner AND organization_id IS NULL AND NOT is_deleted LIMIT p_most) AS counted);
  END CASE;
END;
$$;
