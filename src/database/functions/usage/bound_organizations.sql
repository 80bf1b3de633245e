-- Refuses organizations that a user creates beyond a limit, including deleted ones until they are removed. Transactions
-- of one user take turns.
--
-- Raises
--   PT004  the user has reached the limit
CREATE OR REPLACE FUNCTION bound_organizations() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := 100;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('organizations of ' || NEW.created_by, 0));
  PERFORM demand(
    (SELECT count(*) <= v_most FROM (SELECT FROM organizations WHERE created_by = NEW.created_by LIMIT v_most + 1) AS found),
    'PT004', over_quota(v_most, 'organizations'));
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_organizations AFTER INSERT ON organizations
FOR EACH ROW EXECUTE FUNCTION bound_organizations();
