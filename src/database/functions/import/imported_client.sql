-- Finds a client by name, in any case, or makes one.
--
-- Parameters
--   p_owner  the owner
--   p_name   the name
CREATE OR REPLACE FUNCTION imported_client(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.id, false INTO id, is_new FROM clients c
   WHERE c.owner_id = p_owner AND fold_case(c.name) = fold_case(p_name) AND NOT c.is_deleted
   ORDER BY c.name = p_name DESC, c.created_at, c.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO clients (owner_id, name) VALUES (p_owner, p_name) RETURNING clients.id, true INTO id, is_new;
  END IF;
END;
$$;
