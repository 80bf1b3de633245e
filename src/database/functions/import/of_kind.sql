-- Returns the ids of the records of one kind.
--
-- Parameters
--   p_ids    the records
--   p_kinds  the kind of each
--   p_kind   the kind to return
CREATE OR REPLACE FUNCTION of_kind(p_ids uuid[], p_kinds text[], p_kind text) RETURNS uuid[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(id), '{}') FROM unnest(p_ids, p_kinds) AS made (id, kind) WHERE kind = p_kind;
$$;
