-- The way down from 0038_imported_names: the function as 0011_imports.sql has it.
CREATE OR REPLACE FUNCTION imported_project(p_owner uuid, p_name text, p_client uuid, p_client_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT p.id, false INTO id, is_new
    FROM (VALUES (p_name, 1), (left(p_name || ' (' || p_client_name || ')', 100), 2)) AS wanted (name, place)
    JOIN projects p ON p.owner_id = p_owner AND lower(p.name) = lower(wanted.name) AND NOT p.is_deleted
   WHERE p_client IS NULL OR p.client_id IS NULL OR p.client_id = p_client
   ORDER BY place LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO projects (owner_id, client_id, color, name)
    SELECT p_owner, p_client, '#1f77b4',
           CASE WHEN EXISTS (SELECT FROM projects p WHERE p.owner_id = p_owner AND lower(p.name) = lower(p_name) AND NOT p.is_deleted)
                THEN left(p_name || ' (' || p_client_name || ')', 100) ELSE p_name END
    RETURNING projects.id, true INTO id, is_new;
  END IF;
END;
$$;
