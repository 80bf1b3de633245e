DROP FUNCTION prune_heartbeats(uuid, timestamptz);
--> statement-breakpoint
DROP FUNCTION build_slots(uuid);
--> statement-breakpoint
DROP FUNCTION slots_until(uuid, interval);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION store_heartbeats(p_user uuid, p_items jsonb) RETURNS TABLE (place int, hash uuid)
LANGUAGE sql AS $$
  WITH items AS MATERIALIZED (
    SELECT i.*, to_timestamp(i.time) AS at,
           md5(ROW(entity, type, category, coalesce(sent_project, project), coalesce(sent_branch, branch),
                   coalesce(sent_language, language), editor, operating_system, machine, agent, is_write, details)::text)::uuid AS hash
      FROM jsonb_to_recordset(p_items) AS i (
        place int, "time" float8, entity text, type text, category text, project text, branch text, language text,
        editor text, operating_system text, machine text, agent text, is_write boolean, lines int, line_number int, cursor_position int,
        details jsonb, sent_project text, sent_branch text, sent_language text)
  ), agents AS (
    INSERT INTO heartbeat_agents (user_id, id, value, editor, operating_system)
    SELECT DISTINCT ON (agent) p_user, md5(agent)::uuid, agent, editor, operating_system FROM items
     WHERE agent IS NOT NULL AND NOT EXISTS (
       SELECT FROM heartbeat_agents known
        WHERE known.user_id = p_user AND known.id = md5(agent)::uuid AND known.last_seen_at > now() - interval '1 hour')
    ON CONFLICT (user_id, id) DO UPDATE SET last_seen_at = now()
  ), stored AS (
    INSERT INTO heartbeats (user_id, at, hash, entity, type, category, project, branch, language, editor, operating_system, machine,
                            is_write, lines, line_number, cursor_position, details)
    SELECT p_user, at, hash, entity, type, category,
           CASE project WHEN '<<LAST_PROJECT>>' THEN (
             SELECT h.project FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.project IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE project END,
           CASE branch WHEN '<<LAST_BRANCH>>' THEN (
             SELECT h.branch FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.branch IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE branch END,
           CASE language WHEN '<<LAST_LANGUAGE>>' THEN (
             SELECT h.language FROM heartbeats h
              WHERE h.user_id = p_user AND h.at <= items.at AND h.at > items.at - interval '1 day' AND h.language IS NOT NULL
              ORDER BY h.at DESC, h.hash DESC LIMIT 1) ELSE language END,
           editor, operating_system, machine, is_write, lines, line_number, cursor_position, details
      FROM items
     ORDER BY at, hash
    ON CONFLICT DO NOTHING
  )
  SELECT place, hash FROM items;
$$;
--> statement-breakpoint
DROP FUNCTION slot_of(timestamptz);
--> statement-breakpoint
DROP TABLE "heartbeat_states";
--> statement-breakpoint
DROP TABLE "heartbeat_slots";
