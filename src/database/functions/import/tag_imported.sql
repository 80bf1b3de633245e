-- Gives the entries that an import added the tags that their rows name. Returns the new records that entries use, the
-- kind of each, and the first row that uses it.
--
-- Parameters
--   p_rows          the rows
--   p_entries       the id for the entry of each row
--   p_added         the ids of the entries that were added
--   p_tag_names     the names of tags
--   p_tags          the ids of these tags
--   p_clients       the client of each row
--   p_projects      the project of each row
--   p_tasks         the task of each row
--   p_new_clients   the clients that the import created
--   p_new_projects  the projects that it created
--   p_new_tasks     the tasks that it created
--   p_new_tags      the tags that it created
CREATE OR REPLACE FUNCTION tag_imported(p_rows jsonb[], p_entries uuid[], p_added uuid[], p_tag_names text[], p_tags uuid[],
                             p_clients uuid[], p_projects uuid[], p_tasks uuid[],
                             p_new_clients uuid[], p_new_projects uuid[], p_new_tasks uuid[], p_new_tags uuid[],
                             OUT made uuid[], OUT kinds text[], OUT users bigint[])
LANGUAGE sql SET enable_nestloop = off SET jit = off AS $$
  WITH rows AS MATERIALIZED (
    SELECT r.* FROM unnest(p_rows, p_entries, p_clients, p_projects, p_tasks) WITH ORDINALITY AS r (value, entry, client, project, task, n)
      JOIN unnest(p_added) AS added (id) ON added.id = r.entry
  ), tagged AS MATERIALIZED (
    SELECT DISTINCT r.entry, t.id AS tag, r.n
      FROM rows r CROSS JOIN LATERAL jsonb_array_elements_text(r.value->'tags') AS named (name)
      JOIN unnest(p_tag_names, p_tags) AS t (name, id) USING (name)
  ), noted AS (
    INSERT INTO time_entry_tags (entry_id, tag_id) SELECT entry, tag FROM tagged
  ), first AS (
    SELECT new.id, new.kind, min(used.n) AS n
      FROM (SELECT unnest(p_new_clients), 'clients' UNION ALL SELECT unnest(p_new_projects), 'projects'
            UNION ALL SELECT unnest(p_new_tasks), 'tasks' UNION ALL SELECT unnest(p_new_tags), 'tags') AS new (id, kind)
      JOIN (SELECT client, n FROM rows UNION ALL SELECT project, n FROM rows UNION ALL SELECT task, n FROM rows
            UNION ALL SELECT tag, n FROM tagged) AS used (id, n) USING (id)
     GROUP BY 1, 2
  )
  SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(kind), '{}'), coalesce(array_agg(n), '{}') FROM first;
$$;
