-- Finds the personal clients or tags of an owner by name, in any letter case, and creates the missing ones, or only as many
-- of them as there is room for. `ids` has one element for each name, in order: null for a null name, and for a
-- name without room, for which `refusal` is the message.
--
-- Parameters
--   p_owner  the owner
--   p_table  clients or tags
--   p_names  the names
CREATE OR REPLACE FUNCTION import_named(p_owner uuid, p_table text, p_names text[], OUT ids uuid[], OUT made uuid[], OUT refusal text)
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
  v_room int;
  v_find text := format('
    SELECT array_agg(found.id ORDER BY w.n)
      FROM unnest($2) WITH ORDINALITY AS w (name, n)
      LEFT JOIN (
        SELECT DISTINCT ON (w.n) w.n, r.id
          FROM unnest($2) WITH ORDINALITY AS w (name, n)
          JOIN %I r ON r.owner_id = $1 AND fold_case(r.name) = fold_case(w.name) AND NOT r.is_deleted
           AND r.organization_id IS NULL
         ORDER BY w.n, r.name = w.name DESC, r.created_at, r.id) AS found ON found.n = w.n', p_table);
BEGIN
  made := '{}';
  EXECUTE v_find INTO ids USING p_owner, p_names;
  IF NOT EXISTS (SELECT FROM unnest(p_names, ids) AS w (name, id) WHERE w.name IS NOT NULL AND w.id IS NULL) THEN
    RETURN;
  END IF;
  SELECT r.room, r.refusal INTO v_room, refusal FROM room_for(p_owner, p_table) r;
  EXECUTE format('
    WITH missing AS (
      SELECT DISTINCT ON (fold_case(w.name)) w.name, w.n
        FROM unnest($2, $3) WITH ORDINALITY AS w (name, id, n)
       WHERE w.name IS NOT NULL AND w.id IS NULL
       ORDER BY fold_case(w.name), w.n
    ), new AS (
      INSERT INTO %I (owner_id, name) SELECT $1, name FROM missing ORDER BY n LIMIT $4
      ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT coalesce(array_agg(id), ''{}'') FROM new', p_table) INTO made USING p_owner, p_names, ids, v_room;
  EXECUTE v_find INTO ids USING p_owner, p_names;
END;
$$;
