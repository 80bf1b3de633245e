CREATE OR REPLACE FUNCTION resume_time_entry(p_actor uuid, p_id uuid, p_new uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  known time_entries;
BEGIN
  SELECT * INTO known FROM time_entries WHERE id = p_id AND NOT is_deleted AND owner_id = p_actor;
  PERFORM demand(FOUND, 'PT005', 'There is no such time entry.'),
          create_time_entry(p_actor, p_new, jsonb_build_object(
            'project_id', known.project_id, 'task_id', known.task_id, 'description', known.description,
            'kind', known.kind, 'planned_seconds', known.planned_seconds, 'is_billable', known.is_billable,
            'tag_ids', coalesce((SELECT jsonb_agg(tag_id) FROM time_entry_tags WHERE entry_id = p_id), '[]')));
END;
$function$;
