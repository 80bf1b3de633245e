-- Returns what names are compared by: those that differ only in case, or in how Unicode writes their letters, have the same. It is the
-- lower case of ICU's root locale in NFC, with one small sigma (RFC 8265, 3.3.2: a name at whose end an "ΟΣ" or "ος" is), and with
-- the "i" that a Turkish "İ" is the capital of. Stored or not, it is the same on every server: lower() alone follows the locale of the
-- database. ASCII is folded without all that.
CREATE FUNCTION fold_case(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN octet_length(p_text) = char_length(p_text) THEN lower(p_text COLLATE "C")
    ELSE replace(replace(
      CASE WHEN lower(p_text COLLATE "und-x-icu") IS NFC NORMALIZED THEN lower(p_text COLLATE "und-x-icu")
           ELSE normalize(lower(p_text COLLATE "und-x-icu"), NFC) END,
      'ς', 'σ'), E'i\u0307', 'i') COLLATE "C" END;
$$;
--> statement-breakpoint
CREATE INDEX "permissions_by_name" ON "permissions" USING btree ("name" collate "und-x-icu","id") WHERE not "permissions"."is_deleted";
--> statement-breakpoint
CREATE INDEX "roles_by_name" ON "roles" USING btree ("name" collate "und-x-icu","id") WHERE not "roles"."is_deleted";
--> statement-breakpoint
CREATE INDEX "clients_by_name" ON "clients" USING btree ("owner_id","name" collate "und-x-icu","id") WHERE not "clients"."is_deleted";
--> statement-breakpoint
CREATE INDEX "goals_by_name" ON "goals" USING btree ("owner_id","name" collate "und-x-icu","id") WHERE not "goals"."is_deleted";
--> statement-breakpoint
CREATE INDEX "projects_by_name" ON "projects" USING btree ("owner_id","name" collate "und-x-icu","id") WHERE not "projects"."is_deleted";
--> statement-breakpoint
CREATE INDEX "tags_by_name" ON "tags" USING btree ("owner_id","name" collate "und-x-icu","id") WHERE not "tags"."is_deleted";
--> statement-breakpoint
CREATE INDEX "tasks_by_name" ON "tasks" USING btree ("owner_id","name" collate "und-x-icu","id") WHERE not "tasks"."is_deleted";
--> statement-breakpoint
CREATE INDEX "users_by_username" ON "users" USING btree ("username" collate "und-x-icu","id") WHERE not "users"."is_deleted";
--> statement-breakpoint
-- Makes names unique by fold_case. Names that were told apart before stay as they are: where there are some, the older one of each
-- such name holds it, and the unique index leaves out the others, which `npm run upgrade` lists; an index of all serves the lookups.
DO $$
DECLARE
  kind record;
  v_twins text;
BEGIN
  FOR kind IN
    SELECT * FROM (VALUES ('users', 'username', 'users_username_key', ''), ('roles', 'name', 'roles_name_key', ''),
                          ('permissions', 'name', 'permissions_name_key', ''), ('clients', 'name', 'clients_name_key', 'owner_id, '),
                          ('projects', 'name', 'projects_name_key', 'owner_id, '), ('tags', 'name', 'tags_name_key', 'owner_id, '))
             AS kinds (of, called, key, per)
  LOOP
    EXECUTE format('DROP INDEX %I', kind.key);
    BEGIN
      EXECUTE format('CREATE UNIQUE INDEX %I ON %I (%s fold_case(%I)) WHERE NOT is_deleted', kind.key, kind.of, kind.per, kind.called);
    EXCEPTION WHEN unique_violation THEN
      EXECUTE format('
        SELECT string_agg(quote_literal(id), '','')
          FROM (SELECT id, row_number() OVER (PARTITION BY %s fold_case(%I) ORDER BY created_at, id) AS place
                  FROM %I WHERE NOT is_deleted) AS named
         WHERE place > 1', kind.per, kind.called, kind.of) INTO v_twins;
      EXECUTE format('CREATE UNIQUE INDEX %I ON %I (%s fold_case(%I)) WHERE NOT is_deleted AND id NOT IN (%s)',
                     kind.key, kind.of, kind.per, kind.called, v_twins);
      EXECUTE format('CREATE INDEX %I ON %I (%s fold_case(%I)) WHERE NOT is_deleted', kind.of || '_folded', kind.of, kind.per, kind.called);
    END;
  END LOOP;
END;
$$;
--> statement-breakpoint
-- The record of p_owner's with p_name, without regard to case, or a new one: of a client.
CREATE OR REPLACE FUNCTION imported_client(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.id, false INTO id, is_new FROM clients c
   WHERE c.owner_id = p_owner AND fold_case(c.name) = fold_case(p_name) AND NOT c.is_deleted
   ORDER BY c.name = p_name DESC, c.created_at, c.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO clients (owner_id, name) VALUES (p_owner, p_name) RETURNING clients.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
-- The project of p_owner's with p_name, without regard to case, or a new one. Elsewhere projects of two clients may share a name: the second
-- is called "name (client)" here. Where that is over 100 UTF-16 units, as requests count, the row is refused; earlier releases cut
-- the name, and their projects are found by it.
CREATE OR REPLACE FUNCTION imported_project(p_owner uuid, p_name text, p_client uuid, p_client_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v_full text := p_name || ' (' || p_client_name || ')';
  v_name text := p_name;
BEGIN
  SELECT p.id, false INTO id, is_new
    FROM (VALUES (p_name, 1, false), (v_full, 2, false), (left(v_full, 100), 3, true)) AS wanted (name, place, is_cut)
    JOIN projects p ON p.owner_id = p_owner AND fold_case(p.name) = fold_case(wanted.name) AND NOT p.is_deleted
   WHERE p.client_id = p_client OR NOT is_cut AND (p_client IS NULL OR p.client_id IS NULL)
   ORDER BY place, p.name = wanted.name DESC, p.created_at, p.id LIMIT 1;
  IF FOUND THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM projects p WHERE p.owner_id = p_owner AND fold_case(p.name) = fold_case(p_name) AND NOT p.is_deleted) THEN
    v_name := v_full;
    PERFORM demand(char_length(v_name) + char_length(regexp_replace(v_name, '[\u0001-\uFFFF]', '', 'g')) <= 100, 'PT004',
                   'The project has the name of another client''s, and "project (client)" is over 100 characters. Rename one of the two.');
  END IF;
  INSERT INTO projects (owner_id, client_id, color, name)
  VALUES (p_owner, p_client, '#1f77b4', v_name)
  RETURNING projects.id, true INTO id, is_new;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION imported_task(p_owner uuid, p_name text, p_project uuid, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tasks t
   WHERE t.owner_id = p_owner AND t.project_id IS NOT DISTINCT FROM p_project AND fold_case(t.name) = fold_case(p_name) AND NOT t.is_deleted
   ORDER BY t.name = p_name DESC, t.created_at, t.id LIMIT 1 FOR KEY SHARE;
  IF NOT FOUND THEN
    INSERT INTO tasks (owner_id, project_id, name) VALUES (p_owner, p_project, p_name) RETURNING tasks.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION imported_tag(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tags t
   WHERE t.owner_id = p_owner AND fold_case(t.name) = fold_case(p_name) AND NOT t.is_deleted
   ORDER BY t.name = p_name DESC, t.created_at, t.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO tags (owner_id, name) VALUES (p_owner, p_name) RETURNING tags.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
-- The rules of p_user's, or those that are p_tried in their place, in their order: n is the place, and patterns are folded.
CREATE OR REPLACE FUNCTION activity_rules_of(p_user uuid, p_tried jsonb)
RETURNS TABLE (n bigint, id uuid, field text, match text, pattern text, project_id uuid, category text, productivity int)
LANGUAGE sql STABLE AS $$
  SELECT row_number() OVER (ORDER BY position, created_at, id), id, field, match, fold_case(pattern), project_id, category, productivity::int
    FROM activity_rules
   WHERE owner_id = p_user AND NOT is_deleted AND p_tried IS NULL
  UNION ALL
  SELECT place, NULL, field, match, fold_case(pattern), project_id, category, productivity
    FROM ROWS FROM (jsonb_to_recordset(p_tried) AS (
           field text, match text, pattern text, project_id uuid, category text, productivity int)) WITH ORDINALITY
         AS tried (field, match, pattern, project_id, category, productivity, place);
$$;
--> statement-breakpoint
-- The spans of activity_spans with what the first rule that they meet says; n is its place, and null where there is none. What is
-- the same is asked once, however often it comes.
CREATE OR REPLACE FUNCTION classified_activity(p_user uuid, p_from timestamptz, p_to timestamptz, p_tried jsonb)
RETURNS TABLE (starts timestamptz, ends timestamptz, app text, domain text, project text,
               n bigint, project_id uuid, category text, productivity int)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off SET work_mem = '32MB' AS $$
  WITH rules AS MATERIALIZED (
    SELECT * FROM activity_rules_of(p_user, p_tried)
  ), spans AS MATERIALIZED (
    SELECT * FROM activity_spans(p_user, p_from, p_to)
  ), kinds AS MATERIALIZED (
    SELECT app, title, domain, project, (
             SELECT min(n)
               FROM rules, LATERAL (SELECT CASE field WHEN 'app' THEN folded_app WHEN 'title' THEN folded_title
                                                      WHEN 'domain' THEN folded_domain ELSE folded_project END AS said) AS value
              WHERE CASE match WHEN 'equals' THEN said = pattern
                               WHEN 'contains' THEN strpos(said, pattern) > 0
                               WHEN 'starts_with' THEN starts_with(said, pattern)
                               WHEN 'ends_with' THEN right(said, length(pattern)) = pattern END) AS n
      FROM (SELECT DISTINCT app, title, domain, project, fold_case(app) AS folded_app, fold_case(title) AS folded_title,
                   fold_case(domain) AS folded_domain, fold_case(project) AS folded_project
              FROM spans) AS kind
  )
  SELECT starts, ends, app, domain, project, kinds.n, rules.project_id, rules.category, rules.productivity
    FROM spans JOIN kinds USING (app, title, domain, project) LEFT JOIN rules ON rules.n = kinds.n;
$$;
