-- Creates, changes and deletes time entries, each on its own: the failure of one doesn't affect the others. Returns a
-- row for each item, in order, with the SQLSTATE, constraint and message of the failure, or nulls. All projects and
-- tasks of the items are locked first, in order of their ids: locking them one after another could deadlock with a
-- transaction that changes several of them.
--
-- Parameters
--   p_actor  the caller
--   p_items  [{"do": "create" | "update" | "delete", "id": …, "values": {…}}]
CREATE OR REPLACE FUNCTION bulk_time_entries(p_actor uuid, p_items jsonb)
RETURNS TABLE (item int, code text, violated text, message text)
LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
  v_tasks uuid[];
BEGIN
  PERFORM lock_time(p_actor);
  SELECT array_agg(DISTINCT id) INTO v_tasks
    FROM (SELECT (value->'values'->>'task_id')::uuid FROM jsonb_array_elements(p_items)
          UNION ALL
          SELECT e.task_id FROM jsonb_array_elements(p_items) JOIN time_entries e ON e.id = (value->>'id')::uuid) AS needed (id);
  PERFORM FROM projects
   WHERE id IN (SELECT (value->'values'->>'project_id')::uuid FROM jsonb_array_elements(p_items)
                UNION ALL
                SELECT project_id FROM tasks WHERE id = ANY (v_tasks))
   ORDER BY id FOR SHARE;
  PERFORM FROM tasks WHERE id = ANY (v_tasks) ORDER BY id FOR SHARE;
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
      WHEN SQLSTATE 'PT003' OR SQLSTATE 'PT004' OR SQLSTATE 'PT005' OR SQLSTATE 'PT011' OR unique_violation OR exclusion_violation THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, violated = CONSTRAINT_NAME, message = MESSAGE_TEXT;
    END;
    RETURN NEXT;
  END LOOP;
END;
$$;
