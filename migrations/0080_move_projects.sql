CREATE OR REPLACE FUNCTION move_project(p_project uuid, p_organization uuid, p_merges boolean) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_project projects;
  v_owner uuid;
  v_client uuid;
  v_clients int := 0;
  v_target uuid;
  v_entries uuid[];
  v_names text[];
  v_tagged uuid[];
  v_tags int;
  v_moved record;
BEGIN
  -- The owners' locks come first, as in every change of entries.
  FOR v_owner IN
    SELECT owner_id FROM time_entries WHERE project_id = p_project
     UNION SELECT owner_id FROM tasks WHERE project_id = p_project
     ORDER BY 1
  LOOP
    PERFORM demand(EXISTS (SELECT FROM memberships
                            WHERE organization_id = p_organization AND user_id = v_owner AND left_at IS NULL), 'PT004',
      'Users who are not members of the organization have tasks or time entries in this project. Invite them first.');
    PERFORM lock_time(v_owner);
  END LOOP;
  SELECT * INTO v_project FROM projects WHERE id = p_project AND organization_id IS NULL AND NOT is_deleted FOR UPDATE;
  PERFORM demand(FOUND, 'PT005', 'Project not found.');

  -- The client and the tags of that name in the organization.
  IF v_project.client_id IS NOT NULL THEN
    INSERT INTO clients (owner_id, organization_id, name, archived_at)
    SELECT v_project.owner_id, p_organization, name, archived_at FROM clients WHERE id = v_project.client_id AND NOT is_deleted
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_clients = ROW_COUNT;
    SELECT shared.id INTO v_client
      FROM clients own JOIN clients shared ON fold_case(shared.name) = fold_case(own.name)
     WHERE own.id = v_project.client_id AND shared.organization_id = p_organization AND NOT shared.is_deleted;
  END IF;
  -- A moved entry keeps the names of its tags, so they are read before the entry moves.
  SELECT array_agg(tagged.entry_id), array_agg(tag.name) INTO v_entries, v_names
    FROM time_entries entry
    JOIN time_entry_tags tagged ON tagged.entry_id = entry.id
    JOIN tags tag ON tag.id = tagged.tag_id
   WHERE entry.project_id = p_project;
  INSERT INTO tags (owner_id, organization_id, name)
  SELECT DISTINCT ON (fold_case(name)) v_project.owner_id, p_organization, name FROM unnest(v_names) AS name
   ORDER BY fold_case(name), name
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_tags = ROW_COUNT;
  DELETE FROM time_entry_tags WHERE entry_id = ANY (v_entries);

  v_target := p_project;
  IF p_merges THEN
    SELECT id INTO v_target FROM projects
     WHERE organization_id = p_organization AND NOT is_deleted AND fold_case(name) = fold_case(v_project.name) FOR UPDATE;
    v_target := coalesce(v_target, p_project);
  END IF;

  -- One statement, because the keys between these records contain the organization.
  WITH same AS (
    SELECT DISTINCT ON (own.id) own.id, shared.id AS target
      FROM tasks own JOIN tasks shared ON fold_case(shared.name) = fold_case(own.name)
     WHERE own.project_id = p_project AND shared.project_id = v_target AND v_target <> p_project
       AND NOT own.is_deleted AND NOT shared.is_deleted
     ORDER BY own.id, shared.created_at, shared.id
  ), project AS (
    UPDATE projects
       SET organization_id = p_organization, client_id = v_client, updated_at = now(), version = version + 1
     WHERE id = p_project AND v_target = p_project
  ), moved_tasks AS (
    UPDATE tasks
       SET organization_id = p_organization, project_id = v_target, updated_at = now(), version = version + 1
     WHERE project_id = p_project AND id NOT IN (SELECT id FROM same)
    RETURNING 1
  ), moved_entries AS (
    UPDATE time_entries
       SET organization_id = p_organization, project_id = v_target, import_id = NULL,
           task_id = coalesce((SELECT target FROM same WHERE same.id = task_id), task_id),
           updated_at = now(), version = version + 1
     WHERE project_id = p_project
    RETURNING is_deleted
  )
  SELECT (SELECT count(*) FROM moved_tasks) + (SELECT count(*) FROM same) AS tasks,
         (SELECT count(*) FILTER (WHERE NOT is_deleted) FROM moved_entries) AS entries,
         array(SELECT id FROM same ORDER BY id) AS same, array(SELECT target FROM same ORDER BY id) AS targets
    INTO v_moved;

  INSERT INTO time_entry_tags (entry_id, tag_id, scope_id)
  SELECT tagged.entry_id, tag.id, p_organization
    FROM unnest(v_entries, v_names) AS tagged (entry_id, name)
    JOIN tags tag ON tag.organization_id = p_organization AND NOT tag.is_deleted AND fold_case(tag.name) = fold_case(tagged.name)
  ON CONFLICT DO NOTHING;
  -- The import that created the project no longer undoes it.
  UPDATE imports SET project_ids = array_remove(project_ids, p_project)
   WHERE owner_id = v_project.owner_id AND p_project = ANY (project_ids);

  IF v_target <> p_project THEN
    UPDATE goals SET project_id = v_target WHERE project_id = p_project;
    UPDATE goals SET task_id = merged.target
      FROM unnest(v_moved.same, v_moved.targets) AS merged (id, target) WHERE task_id = merged.id;
    UPDATE activity_rules SET project_id = v_target WHERE project_id = p_project;
    UPDATE tasks SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
     WHERE id = ANY (v_moved.same);
    UPDATE projects SET is_deleted = true, deleted_at = now(), updated_at = now(), version = version + 1
     WHERE id = p_project;
  END IF;
  RETURN jsonb_build_object('project_id', v_target, 'merged', v_target <> p_project, 'tasks', v_moved.tasks,
                            'entries', v_moved.entries, 'clients', v_clients, 'tags', v_tags);
END;
$$;
--> statement-breakpoint
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION plan_move(p_project uuid, p_organization uuid, p_merges boolean) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_result jsonb;
BEGIN
  BEGIN
    v_result := move_project(p_project, p_organization, p_merges);
    RAISE EXCEPTION 'undo';
  EXCEPTION
    WHEN raise_exception THEN
      RETURN v_result;
  END;
END;
$$;
