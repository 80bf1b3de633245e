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
               FROM rules, LATERAL (SELECT CASE field WHEN 'app' THEN lower_app WHEN 'title' THEN lower_title
                                                      WHEN 'domain' THEN domain ELSE lower_project END AS said) AS value
              WHERE CASE match WHEN 'equals' THEN said = pattern
                               WHEN 'contains' THEN strpos(said, pattern) > 0
                               WHEN 'starts_with' THEN starts_with(said, pattern)
                               WHEN 'ends_with' THEN right(said, length(pattern)) = pattern END) AS n
      FROM (SELECT DISTINCT app, title, domain, project, lower(app) AS lower_app, lower(title) AS lower_title,
                   lower(project) AS lower_project
              FROM spans) AS kind
  )
  SELECT starts, ends, app, domain, project, kinds.n, rules.project_id, rules.category, rules.productivity
    FROM spans JOIN kinds USING (app, title, domain, project) LEFT JOIN rules ON rules.n = kinds.n;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION activity_rules_of(p_user uuid, p_tried jsonb)
RETURNS TABLE (n bigint, id uuid, field text, match text, pattern text, project_id uuid, category text, productivity int)
LANGUAGE sql STABLE AS $$
  SELECT row_number() OVER (ORDER BY position, created_at, id), id, field, match, lower(pattern), project_id, category, productivity::int
    FROM activity_rules
   WHERE owner_id = p_user AND NOT is_deleted AND p_tried IS NULL
  UNION ALL
  SELECT place, NULL, field, match, lower(pattern), project_id, category, productivity
    FROM ROWS FROM (jsonb_to_recordset(p_tried) AS (
           field text, match text, pattern text, project_id uuid, category text, productivity int)) WITH ORDINALITY
         AS tried (field, match, pattern, project_id, category, productivity, place);
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION imported_tag(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tags t
   WHERE t.owner_id = p_owner AND lower(t.name) = lower(p_name) AND NOT t.is_deleted;
  IF NOT FOUND THEN
    INSERT INTO tags (owner_id, name) VALUES (p_owner, p_name) RETURNING tags.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION imported_task(p_owner uuid, p_name text, p_project uuid, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.id, false INTO id, is_new FROM tasks t
   WHERE t.owner_id = p_owner AND t.project_id IS NOT DISTINCT FROM p_project AND lower(t.name) = lower(p_name) AND NOT t.is_deleted
   ORDER BY t.created_at, t.id LIMIT 1 FOR KEY SHARE;
  IF NOT FOUND THEN
    INSERT INTO tasks (owner_id, project_id, name) VALUES (p_owner, p_project, p_name) RETURNING tasks.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION imported_project(p_owner uuid, p_name text, p_client uuid, p_client_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v_full text := p_name || ' (' || p_client_name || ')';
  v_name text := p_name;
BEGIN
  SELECT p.id, false INTO id, is_new
    FROM (VALUES (p_name, 1, false), (v_full, 2, false), (left(v_full, 100), 3, true)) AS wanted (name, place, is_cut)
    JOIN projects p ON p.owner_id = p_owner AND lower(p.name) = lower(wanted.name) AND NOT p.is_deleted
   WHERE p.client_id = p_client OR NOT is_cut AND (p_client IS NULL OR p.client_id IS NULL)
   ORDER BY place LIMIT 1;
  IF FOUND THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM projects p WHERE p.owner_id = p_owner AND lower(p.name) = lower(p_name) AND NOT p.is_deleted) THEN
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
CREATE OR REPLACE FUNCTION imported_client(p_owner uuid, p_name text, OUT id uuid, OUT is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.id, false INTO id, is_new FROM clients c
   WHERE c.owner_id = p_owner AND lower(c.name) = lower(p_name) AND NOT c.is_deleted;
  IF NOT FOUND THEN
    INSERT INTO clients (owner_id, name) VALUES (p_owner, p_name) RETURNING clients.id, true INTO id, is_new;
  END IF;
END;
$$;
--> statement-breakpoint
DROP INDEX IF EXISTS "tags_folded";
--> statement-breakpoint
DROP INDEX "tags_name_key";
--> statement-breakpoint
CREATE UNIQUE INDEX "tags_name_key" ON "tags" USING btree ("owner_id", lower("name")) WHERE not "is_deleted";
--> statement-breakpoint
DROP INDEX IF EXISTS "projects_folded";
--> statement-breakpoint
DROP INDEX "projects_name_key";
--> statement-breakpoint
CREATE UNIQUE INDEX "projects_name_key" ON "projects" USING btree ("owner_id", lower("name")) WHERE not "is_deleted";
--> statement-breakpoint
DROP INDEX IF EXISTS "clients_folded";
--> statement-breakpoint
DROP INDEX "clients_name_key";
--> statement-breakpoint
CREATE UNIQUE INDEX "clients_name_key" ON "clients" USING btree ("owner_id", lower("name")) WHERE not "is_deleted";
--> statement-breakpoint
DROP INDEX IF EXISTS "permissions_folded";
--> statement-breakpoint
DROP INDEX "permissions_name_key";
--> statement-breakpoint
CREATE UNIQUE INDEX "permissions_name_key" ON "permissions" USING btree (lower("name")) WHERE not "is_deleted";
--> statement-breakpoint
DROP INDEX IF EXISTS "roles_folded";
--> statement-breakpoint
DROP INDEX "roles_name_key";
--> statement-breakpoint
CREATE UNIQUE INDEX "roles_name_key" ON "roles" USING btree (lower("name")) WHERE not "is_deleted";
--> statement-breakpoint
DROP INDEX IF EXISTS "users_folded";
--> statement-breakpoint
DROP INDEX "users_username_key";
--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_key" ON "users" USING btree (lower("username")) WHERE not "is_deleted";
--> statement-breakpoint
DROP INDEX "users_by_username";
--> statement-breakpoint
DROP INDEX "tasks_by_name";
--> statement-breakpoint
DROP INDEX "tags_by_name";
--> statement-breakpoint
DROP INDEX "projects_by_name";
--> statement-breakpoint
DROP INDEX "goals_by_name";
--> statement-breakpoint
DROP INDEX "clients_by_name";
--> statement-breakpoint
DROP INDEX "roles_by_name";
--> statement-breakpoint
DROP INDEX "permissions_by_name";
--> statement-breakpoint
DROP FUNCTION fold_case(text);
