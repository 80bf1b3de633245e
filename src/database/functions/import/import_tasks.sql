-- Finds the personal tasks of an owner by name, in any letter case, and project, and creates the missing ones, or only
-- as many of them as there is room for. `ids` has one element for each name, in order: null for a name without room,
-- for which `refusal` is the message. Until the transaction ends, tasks stay in their projects, and no task that is
-- found is deleted.
--
-- Parameters
--   p_owner     the owner
--   p_names     the names of the tasks
--   p_projects  their projects; null for none
CREATE OR REPLACE FUNCTION import_tasks(p_owner uuid, p_names text[], p_projects uuid[], OUT ids uuid[], OUT made uuid[], OUT refusal text)
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
  v_room int;
BEGIN
  made := '{}';
  FOR round IN 1..2 LOOP
    WITH wanted AS MATERIALIZED (
      SELECT w.name, fold_case(w.name) AS folded, coalesce(w.project, p_owner) AS place, w.n
        FROM unnest(p_names, p_projects) WITH ORDINALITY AS w (name, project, n)
       WHERE w.name IS NOT NULL
    ), live AS MATERIALIZED (
      SELECT t.id, coalesce(t.project_id, p_owner) AS place, t.name, t.created_at FROM tasks t
       WHERE t.owner_id = p_owner AND t.organization_id IS NULL AND NOT t.is_deleted
         AND (fold_case(t.name), coalesce(t.project_id, p_owner)) IN (SELECT folded, place FROM wanted)
       ORDER BY t.id FOR SHARE
    ), found AS (
      SELECT DISTINCT ON (w.n) w.n, t.id
        FROM wanted w JOIN live t ON t.place = w.place AND fold_case(t.name) = w.folded
       ORDER BY w.n, t.name = w.name DESC, t.created_at, t.id
    )
    SELECT array_agg(found.id ORDER BY w.n) INTO ids
      FROM unnest(p_names) WITH ORDINALITY AS w (name, n) LEFT JOIN found ON found.n = w.n;
    EXIT WHEN round = 2
      OR NOT EXISTS (SELECT FROM unnest(p_names, ids) AS w (name, id) WHERE w.name IS NOT NULL AND w.id IS NULL);
    SELECT r.room, r.refusal INTO v_room, refusal FROM room_for(p_owner, 'tasks') r;
    WITH missing AS (
      SELECT DISTINCT ON (fold_case(w.name), w.project) w.name, w.project, w.n
        FROM unnest(p_names, p_projects, ids) WITH ORDINALITY AS w (name, project, id, n)
       WHERE w.name IS NOT NULL AND w.id IS NULL
       ORDER BY fold_case(w.name), w.project, w.n
    ), new AS (
      INSERT INTO tasks (owner_id, project_id, name) SELECT p_owner, project, name FROM missing ORDER BY n LIMIT v_room
      RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO made FROM new;
  END LOOP;
END;
$$;
