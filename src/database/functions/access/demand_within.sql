-- Raises unless a user is a member of an organization, and the member's role meets each of the given clauses, within
-- the scopes of the credential in use. Any of its grants meets a clause. Permissions of the instance grant nothing here.
--
-- Parameters
--   p_user          the user
--   p_organization  the organization
--   p_clauses       the clauses, as an array of arrays of grants; an empty array only requires the membership
--   p_absence       a sentence for a client without a membership, who must not learn whether the organization exists
--
-- Raises
--   PT003  a grant is missing; the detail has the clauses that are not met, as JSON
--   PT005  the user has no live membership, or the organization does not exist or is deleted
CREATE OR REPLACE FUNCTION demand_within(p_user uuid, p_organization uuid, p_clauses jsonb, p_absence text DEFAULT 'Organization not found.')
RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_grants text[] := grants_within(p_user, p_organization);
  v_first text := p_clauses->0->>0;
  v_missing jsonb;
BEGIN
  IF v_grants IS NULL THEN
    RAISE EXCEPTION '%', p_absence USING ERRCODE = 'PT005';
  END IF;
  -- Almost every route has one clause, and needs no query to see that its first name meets it.
  IF jsonb_array_length(p_clauses) = 1 AND v_first = ANY (v_grants) AND in_scope(v_first) THEN
    RETURN;
  END IF;
  SELECT jsonb_agg(clause) INTO v_missing
    FROM jsonb_array_elements(p_clauses) AS required (clause)
   WHERE NOT EXISTS (
           SELECT FROM jsonb_array_elements_text(clause) AS name WHERE name = ANY (v_grants) AND in_scope(name));
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'You do not have permission to do this in this organization.' USING ERRCODE = 'PT003', DETAIL = v_missing;
  END IF;
END;
$$;
