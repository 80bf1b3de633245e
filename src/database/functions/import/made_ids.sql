-- Returns the ids of one kind among the records that an import made.
--
-- Parameters
--   p_made  [{"kind": …, "id": …}]
--   p_kind  the kind
CREATE OR REPLACE FUNCTION made_ids(p_made jsonb, p_kind text) RETURNS uuid[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg((one->>'id')::uuid), '{}') FROM jsonb_array_elements(p_made) AS one WHERE one->>'kind' = p_kind;
$$;
