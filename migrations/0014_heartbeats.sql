CREATE TABLE "heartbeat_agents" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"value" text NOT NULL,
	"editor" text,
	"operating_system" text,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "heartbeat_agents_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "heartbeats" (
	"user_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"hash" uuid NOT NULL,
	"entity" text NOT NULL,
	"type" text NOT NULL,
	"category" text,
	"project" text,
	"branch" text,
	"language" text,
	"editor" text,
	"operating_system" text,
	"machine" text,
	"is_write" boolean NOT NULL,
	"lines" integer,
	"line_number" integer,
	"cursor_position" integer,
	"details" jsonb,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "heartbeats_user_id_at_hash_pk" PRIMARY KEY("user_id","at","hash")
);
--> statement-breakpoint
ALTER TABLE "heartbeat_agents" ADD CONSTRAINT "heartbeat_agents_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "heartbeats" ADD CONSTRAINT "heartbeats_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- Takes heartbeats of p_user's, and says under which hash each is kept; one that is there already is left alone. p_items is
-- [{"place": …, "time": seconds since 1970, "entity": …, …}], with the columns' names and, where a placeholder for the last project,
-- branch or language was sent and the one sent before it in the batch is meant, the placeholder in `sent_…`. Where it still stands,
-- what the day before it last had is meant.
CREATE FUNCTION store_heartbeats(p_user uuid, p_items jsonb) RETURNS TABLE (place int, hash uuid)
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
-- What p_user was busy with between p_from and p_to: a row for each heartbeat that another follows after p_idle at most, from the one
-- to the other, cut at the ends of the period. All heartbeats count for that, so whoever wants some of the rows only must choose
-- among these. Heartbeats just before and just after the period are read too.
CREATE FUNCTION heartbeat_stretches(p_user uuid, p_from timestamptz, p_to timestamptz, p_idle interval)
RETURNS TABLE (starts timestamptz, ends timestamptz, entity text, type text, category text, project text, branch text, language text,
               editor text, operating_system text, machine text, is_write boolean, details jsonb)
LANGUAGE sql STABLE AS $$
  SELECT greatest(at, p_from), least(next, p_to), entity, type, category, project, branch, language, editor, operating_system, machine,
         is_write, details
    FROM (SELECT h.*, lead(at) OVER (ORDER BY at, hash) AS next
            FROM heartbeats h
           WHERE h.user_id = p_user AND h.at >= p_from - p_idle AND h.at <= p_to + p_idle) AS beats
   WHERE next > at AND next <= at + p_idle AND next > p_from AND at < p_to;
$$;
