-- Returns the spans of activity_spans() with the values of the first rule that matches each; `n` is the position of
-- the rule, or null if no rule matches. Spans with equal texts are matched once.
--
-- Parameters
--   p_user   the user
--   p_from   the start
--   p_to     the end
--   p_tried  rules to try instead of the user's own, or null
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
