-- Moves a personal project with its tasks and time entries into an organization. The client of the project and the tags
-- of the entries become the organization's of that name, which are created if missing. The owners of the tasks and the
-- entries must be members. Returns the id of the project and the numbers of moved tasks and entries and of created
-- clients and tags, as {"project_id": …, "merged": false, "tasks": 3, "entries": 40, "clients": 1, "tags": 2}.
--
-- If the organization has a project of that name, p_merges decides whether the tasks and entries move to it. Tasks of
-- one name become one, and goals and rules follow. What is left of the personal project is deleted.
--
-- Parameters
--   p_project       the personal project
--   p_organization  the organization, whose permission the caller has checked
--   p_merges        whether a project of the organization with that name takes the tasks and entries
--
-- Raises
--   PT004  users who are not members have tasks or entries in the project, or a merged task has over 10,000 entries
--   PT005  the project does not exist, or its owner is not a member
--   23505  the organization has a project of that name, and p_merges is false
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
