-- Gives a time entry exactly the tags in `tag_ids`, if p_values has that member.
--
-- Parameters
--   p_entry   the entry
--   p_values  the fields of a request
CREATE OR REPLACE FUNCTION set_entry_tags(p_entry uuid, p_values jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid[];
BEGIN
  IF NOT p_values ? 'tag_ids' THEN
    RETURN;
  END IF;
  SELECT coalesce(array_agg(id::uuid), '{}') INTO wanted FROM jsonb_array_elements_text(p_values->'tag_ids') AS id;
  DELETE FROM time_entry_tags WHERE entry_id = p_entry AND tag_id <> ALL (wanted);
  INSERT INTO time_entry_tags (entry_id, tag_id, scope_id)
  SELECT id, unnest(wanted), scope_id FROM time_entries WHERE id = p_entry
  ON CONFLICT DO NOTHING;
END;
$$;
