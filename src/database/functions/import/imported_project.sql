-- Finds a project by name, in any case, or makes one. Elsewhere projects of two clients may share a name; the second
-- is called "name (client)" here. Earlier releases cut that to 100 characters, and their projects are found by it.
--
-- Parameters
--   p_owner        the owner
--   p_name         the name
--   p_client       the client, or null
--   p_client_name  its name
--
-- Raises
--   PT004  "name (client)" is over 100 UTF-16 units, as requests count
CREATE OR REPLACE FUNCTION imported_project(p_owner uuid, p_name text, p_client uuid, p_client_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v_full text := p_name || ' (' || p_client_name || ')';
  v_name text := p_name;
BEGIN
  SELECT p.id, false INTO id, is_new
    FROM (VALUES (p_name, 1, false), (v_full, 2, false), (left(v_full, 100), 3, true)) AS wanted (name, place, is_cut)
    JOIN projects p ON p.owner_id = p_owner AND fold_case(p.name) = fold_case(wanted.name) AND NOT p.is_deleted
   WHERE p.client_id = p_client OR NOT is_cut AND (p_client IS NULL OR p.client_id IS NULL)
   ORDER BY place, p.name = wanted.name DESC, p.created_at, p.id LIMIT 1;
  IF FOUND THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM projects p WHERE p.owner_id = p_owner AND fold_case(p.name) = fold_case(p_name) AND NOT p.is_deleted) THEN
    v_name := v_full;
    PERFORM demand(char_length(v_name) + char_length(regexp_replace(v_name, '[\u0001-\uFFFF]', '', 'g')) <= 100, 'PT004',
                   'The project has the name of another client''s, and "project (client)" is over 100 characters. Rename one of the two.');
  END IF;
  INSERT INTO projects (owner_id, client_id, color, name)
  VALUES (p_owner, p_client, '#1f77b4', v_name)
  RETURNING projects.id, true INTO id, is_new;
END;
$$;
