-- Creates, changes and deletes time entries, each on its own: one that fails leaves the others alone. Returns a row
-- for each item, in order, with the SQLSTATE, constraint and message of the failure, or nulls. All tasks of the items
-- are locked to their projects first: one after another would deadlock with a task that moves.
--
-- Parameters
--   p_actor  the caller
--   p_items  [{"do": "create" | "update" | "delete", "id": …, "values": {…}}]
CREATE OR REPLACE FUNCTION bulk_time_entries(p_actor uuid, p_items jsonb)
RETURNS TABLE (item int, code text, violated text, message text)
LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
BEGIN
  PERFORM lock_time(p_actor);
  PERFORM FROM tasks
   WHERE id IN (SELECT (value->'values'->>'task_id')::uuid FROM jsonb_array_elements(p_items)
                UNION ALL
                SELECT e.task_id FROM jsonb_array_elements(p_items) JOIN time_entries e ON e.id = (value->>'id')::uuid)
   ORDER BY id FOR KEY SHARE;
  FOR item, entry IN SELECT ordinality::int, value FROM jsonb_array_elements(p_items) WITH ORDINALITY LOOP
    code := NULL;
    violated := NULL;
    message := NULL;
    BEGIN
      CASE entry->>'do'
        WHEN 'create' THEN PERFORM create_time_entry(p_actor, (entry->>'id')::uuid, entry->'values');
        WHEN 'update' THEN PERFORM update_time_entry(p_actor, (entry->>'id')::uuid, entry->'values');
        WHEN 'delete' THEN PERFORM delete_time_entry(p_actor, (entry->>'id')::uuid);
      END CASE;
    EXCEPTION
      WHEN SQLSTATE 'PT004' OR SQLSTATE 'PT005' OR SQLSTATE 'PT011' OR unique_violation OR exclusion_violation THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, violated = CONSTRAINT_NAME, message = MESSAGE_TEXT;
    END;
    RETURN NEXT;
  END LOOP;
END;
$$;
