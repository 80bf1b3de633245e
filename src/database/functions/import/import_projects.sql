-- Finds the personal projects of an owner by name, in any letter case, and client, and creates the missing ones. In other
-- programs, projects of two clients may share a name; here the second one is called "name (client)". If that is over
-- 100 UTF-16 units, which is how requests count, there is a refusal; earlier releases cut it to 100 characters, and
-- their projects are found by the cut name. `ids` and `refusals` have one element for each name, in order. No project
-- that is found is deleted until the transaction ends.
--
-- Parameters
--   p_owner       the owner
--   p_names       the names of the projects
--   p_clients     the names of their clients
--   p_client_ids  the ids of their clients
CREATE OR REPLACE FUNCTION import_projects(p_owner uuid, p_names text[], p_clients text[], p_client_ids uuid[],
                                OUT ids uuid[], OUT made uuid[], OUT refusals text[])
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
  v_room int;
  v_refusal text;
  v_new uuid[];
BEGIN
  made := '{}';
  -- Another client's project can take a wanted name at most twice: the plain name, and the name with the client.
  FOR round IN 1..4 LOOP
    WITH wanted AS MATERIALIZED (
      SELECT w.n, w.client_id, v.place, v.name, fold_case(v.name) AS folded
        FROM unnest(p_names, p_clients, p_client_ids) WITH ORDINALITY AS w (name, client, client_id, n),
             LATERAL (VALUES (1, w.name), (2, w.name || ' (' || w.client || ')'), (3, left(w.name || ' (' || w.client || ')', 100)))
                  AS v (place, name)
       WHERE v.name IS NOT NULL
    ), live AS MATERIALIZED (
      SELECT p.id, p.client_id, p.name, p.created_at FROM projects p
       WHERE p.owner_id = p_owner AND p.organization_id IS NULL AND NOT p.is_deleted AND fold_case(p.name) IN (SELECT folded FROM wanted)
       ORDER BY p.id FOR SHARE
    ), found AS (
      SELECT DISTINCT ON (w.n) w.n, p.id
        FROM wanted w JOIN live p ON fold_case(p.name) = w.folded
       WHERE p.client_id = w.client_id OR w.place < 3 AND (w.client_id IS NULL OR p.client_id IS NULL)
       ORDER BY w.n, w.place, p.name = w.name DESC, p.created_at, p.id
    )
    SELECT array_agg(found.id ORDER BY w.n) INTO ids
      FROM unnest(p_names) WITH ORDINALITY AS w (name, n) LEFT JOIN found ON found.n = w.n;
    EXIT WHEN NOT EXISTS (SELECT FROM unnest(p_names, ids) AS w (name, id) WHERE w.name IS NOT NULL AND w.id IS NULL);
    SELECT r.room, r.refusal INTO v_room, v_refusal FROM room_for(p_owner, 'projects') r;
    WITH taken AS MATERIALIZED (
      SELECT fold_case(p.name) AS folded FROM projects p
       WHERE p.owner_id = p_owner AND p.organization_id IS NULL AND NOT p.is_deleted
    ), missing AS (
      SELECT w.n, w.client_id,
             CASE WHEN fold_case(w.name) IN (SELECT folded FROM taken) THEN w.name || ' (' || w.client || ')' ELSE w.name END AS name
        FROM unnest(p_names, p_clients, p_client_ids, ids) WITH ORDINALITY AS w (name, client, client_id, id, n)
       WHERE w.name IS NOT NULL AND w.id IS NULL
    ), judged AS (
      SELECT n, client_id, name,
             char_length(name) + char_length(regexp_replace(name, '[\u0001-\uFFFF]', '', 'g')) <= 100 AS fits
        FROM missing
    ), first AS (
      SELECT DISTINCT ON (fold_case(name)) n, client_id, name FROM judged WHERE fits ORDER BY fold_case(name), n
    ), new AS (
      INSERT INTO projects (owner_id, client_id, color, name)
      SELECT p_owner, client_id, project_color(before.projects + row_number() OVER (ORDER BY n) - 1), name
        FROM first, (SELECT count(*) AS projects FROM projects WHERE owner_id = p_owner) AS before
       ORDER BY n LIMIT v_room
      ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT (SELECT coalesce(array_agg(id), '{}') FROM new),
           array_agg(CASE WHEN NOT judged.fits THEN
             'Another client has a project with this name, and "project (client)" is over 100 characters. Rename one of the projects.'
             ELSE v_refusal END ORDER BY w.n)
      INTO v_new, refusals
      FROM unnest(p_names) WITH ORDINALITY AS w (name, n) LEFT JOIN judged ON judged.n = w.n;
    EXIT WHEN v_new = '{}' AND round > 1;
    made := made || v_new;
  END LOOP;
END;
$$;
