-- Refuses records of a table beyond the limit of an organization, including deleted ones and memberships that ended,
-- since these are kept too. Transactions that add to one organization take turns.
--
-- Parameters
--   TG_ARGV[0]  the limit
--   TG_ARGV[1]  the plural of the records, for the message
--
-- Raises
--   PT004  the organization has reached the limit
CREATE OR REPLACE FUNCTION bound_within() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := TG_ARGV[0];
  v_organization uuid;
  v_count int;
BEGIN
  FOR v_organization IN SELECT DISTINCT organization_id FROM added WHERE organization_id IS NOT NULL ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME || ' of ' || v_organization, 0));
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE organization_id = $1 LIMIT $2) AS found', TG_TABLE_NAME)
       INTO v_count USING v_organization, v_most + 1;
    PERFORM demand(v_count <= v_most, 'PT004',
      format('An organization can have at most %s %s, including former ones.', v_most, TG_ARGV[1]));
  END LOOP;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON departments REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(2000, 'departments');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON invitations REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(10000, 'invitations');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON memberships REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(50000, 'members');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON organization_roles REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(200, 'roles');
--> statement-breakpoint
CREATE TRIGGER bound_within AFTER INSERT ON teams REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_within(10000, 'teams');
