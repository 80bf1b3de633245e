CREATE OR REPLACE FUNCTION demand_within(p_user uuid, p_organization uuid, p_clauses jsonb, p_absence text DEFAULT 'Organization not found.'::text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  v_grants text[] := grants_within(p_user, p_organization);
  v_missing jsonb;
BEGIN
  IF v_grants IS NULL THEN
    RAISE EXCEPTION '%', p_absence USING ERRCODE = 'PT005';
  END IF;
  SELECT jsonb_agg(clause) INTO v_missing
    FROM jsonb_array_elements(p_clauses) AS required (clause)
   WHERE NOT EXISTS (
           SELECT FROM jsonb_array_elements_text(clause) AS name WHERE name = ANY (v_grants) AND in_scope(name));
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'You do not have permission to do this in this organization.' USING ERRCODE = 'PT003', DETAIL = v_missing;
  END IF;
END;
$function$;
