-- Makes an organization out of users and their personal projects: creates it with a first owner, makes the users
-- members without an invitation, and moves the projects, oldest first. Projects of one name become one. Returns the
-- number of members and the sums of what move_project() returned. Only the command line calls it.
--
-- Parameters
--   p_organization  the columns name, slug and timezone of the organization
--   p_owner         the user who becomes the owner
--   p_members       the users who become members; the owner may be among them
--   p_projects      the names of the projects to move, as an array; null for all of the members
--   p_applies       false to undo everything, and only return the result
--
-- Raises
--   PT004  the time zone is unknown, or a project can't move: see move_project()
--   23505  another organization has the slug
CREATE OR REPLACE FUNCTION organize(p_organization jsonb, p_owner uuid, p_members uuid[], p_projects jsonb, p_applies boolean)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_organization uuid;
  v_members int;
  v_moved jsonb[];
  v_project uuid;
BEGIN
  PERFORM demand(is_zone(p_organization->>'timezone'), 'PT004',
                 'The database does not know this time zone. Use a name such as Europe/Berlin.');
  BEGIN
    INSERT INTO organizations (name, slug, timezone, created_by)
    VALUES (p_organization->>'name', p_organization->>'slug', zone_name(p_organization->>'timezone'), p_owner)
    RETURNING id INTO v_organization;
    INSERT INTO memberships (organization_id, user_id, role_id)
    SELECT v_organization, member, role.id
      FROM (SELECT DISTINCT unnest(p_members || p_owner) AS member) AS members
      JOIN organization_roles role ON role.builtin = CASE member WHEN p_owner THEN 'owner' ELSE 'member' END
     ORDER BY member;
    GET DIAGNOSTICS v_members = ROW_COUNT;
    FOR v_project IN
      SELECT id FROM projects
       WHERE owner_id = ANY (p_members || p_owner) AND organization_id IS NULL AND NOT is_deleted
         AND (p_projects IS NULL OR fold_case(name) IN (SELECT fold_case(wanted) FROM jsonb_array_elements_text(p_projects) AS wanted))
       ORDER BY created_at, id
    LOOP
      v_moved := v_moved || move_project(v_project, v_organization, true);
    END LOOP;
    IF NOT p_applies THEN
      RAISE EXCEPTION 'undo';
    END IF;
  EXCEPTION
    WHEN raise_exception THEN NULL;
  END;
  RETURN (
    SELECT jsonb_build_object(
             'id', v_organization, 'members', v_members, 'projects', count(DISTINCT moved->>'project_id'), 'merged',
             count(*) FILTER (WHERE (moved->>'merged')::boolean), 'tasks', coalesce(sum((moved->>'tasks')::int), 0),
             'entries', coalesce(sum((moved->>'entries')::int), 0))
      FROM unnest(v_moved) AS moved);
END;
$$;
