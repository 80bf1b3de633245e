-- Adds the entries of the rows of an import that have no error code. An entry is not added if it would overlap another
-- one and its owner allows no overlap, or if an entry has its key already: the codes say so. If the account is full,
-- the codes of all rows say that.
--
-- Parameters
--   p_actor     the owner
--   p_source    the program that exported the entries
--   p_import    the row of imports, or null
--   p_rows      the rows
--   p_entries   the id for the entry of each row
--   p_starts    their starts; null for a row to skip
--   p_ends      their ends
--   p_projects  their projects
--   p_tasks     their tasks
--   p_codes     the error code of each row, or null
--   p_messages  the message that belongs to the code
CREATE OR REPLACE FUNCTION add_imported(p_actor uuid, p_source text, p_import uuid, p_rows jsonb[], p_entries uuid[], p_starts timestamptz[],
                             p_ends timestamptz[], p_projects uuid[], p_tasks uuid[],
                             INOUT p_codes text[], INOUT p_messages text[], OUT added uuid[])
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
BEGIN
  WITH new AS (
    INSERT INTO time_entries (id, owner_id, project_id, task_id, description, started_at, ended_at, kind, planned_seconds,
                              is_billable, source, external_id, import_id, no_overlap)
    SELECT r.entry, p_actor, r.project, r.task, r.value->>'description', r.starts, r.ends, r.value->>'kind',
           (r.value->>'planned_seconds')::int, coalesce((r.value->>'is_billable')::boolean, p.is_billable, false), p_source,
           r.value->>'key', p_import, NOT coalesce((SELECT allow_overlap FROM time_settings WHERE user_id = p_actor), true)
      FROM unnest(p_rows, p_entries, p_starts, p_ends, p_projects, p_tasks, p_codes)
           WITH ORDINALITY AS r (value, entry, starts, ends, project, task, code, n)
      LEFT JOIN projects p ON p.id = r.project
     WHERE r.code IS NULL AND r.starts IS NOT NULL
     ORDER BY r.n
    ON CONFLICT DO NOTHING RETURNING id
  )
  SELECT coalesce(array_agg(id), '{}') INTO added FROM new;
  SELECT array_agg(CASE WHEN r.code IS NOT NULL OR r.starts IS NULL OR new.id IS NOT NULL THEN r.code
                        WHEN EXISTS (SELECT FROM time_entries e
                                      WHERE e.owner_id = p_actor AND e.source = p_source AND e.external_id = r.value->>'key') THEN 'known'
                        ELSE '23P01' END ORDER BY r.n)
    INTO p_codes
    FROM unnest(p_rows, p_starts, p_entries, p_codes) WITH ORDINALITY AS r (value, starts, entry, code, n)
    LEFT JOIN unnest(added) AS new (id) ON new.id = r.entry;
EXCEPTION WHEN SQLSTATE 'PT004' THEN
  -- The account is full.
  added := '{}';
  SELECT array_agg(CASE WHEN r.starts IS NULL THEN r.code ELSE coalesce(r.code, SQLSTATE) END ORDER BY n),
         array_agg(CASE WHEN r.code IS NOT NULL OR r.starts IS NULL THEN r.message ELSE SQLERRM END ORDER BY n)
    INTO p_codes, p_messages
    FROM unnest(p_starts, p_codes, p_messages) WITH ORDINALITY AS r (starts, code, message, n);
END;
$$;
