-- Finds a tag by name, in any case, or makes one.
--
-- Parameters
--   p_owner  the owner
--   p_name   the name
CREATE OR REPLACE FUNCTION imported_tag(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tags t
   WHERE t.owner_id = p_owner AND fold_case(t.name) = fold_case(p_name) AND NOT t.is_deleted
   ORDER BY t.name = p_name DESC, t.created_at, t.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO tags (owner_id, name) VALUES (p_owner, p_name) RETURNING tags.id, true INTO id, is_new;
  END IF;
END;
$$;
