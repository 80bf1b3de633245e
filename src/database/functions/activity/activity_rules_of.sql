-- Returns the activity rules of a user, or the rules to try instead, in order: `n` is the position, and patterns are
-- folded by fold_case().
--
-- Parameters
--   p_user   the user
--   p_tried  rules to try, as an array of objects; null for the user's own rules
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
