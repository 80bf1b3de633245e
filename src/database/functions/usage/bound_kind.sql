-- Refuses records of a table beyond the limit of an account, including deleted ones, since these are kept too.
-- Transactions that add to one account take turns.
--
-- Parameters
--   TG_ARGV[0]  the limit
--   TG_ARGV[1]  the plural of the records, for the message
--
-- Raises
--   PT004  the account has reached the limit
CREATE OR REPLACE FUNCTION bound_kind() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := TG_ARGV[0];
  v_owner uuid;
  v_count int;
BEGIN
  FOR v_owner IN SELECT DISTINCT owner_id FROM added ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME || ' of ' || v_owner, 0));
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE owner_id = $1 LIMIT $2) AS found', TG_TABLE_NAME)
       INTO v_count USING v_owner, v_most + 1;
    PERFORM demand(v_count <= v_most, 'PT004', over_quota(v_most, TG_ARGV[1]));
  END LOOP;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON activity_rules REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'rules');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON calendar_feeds REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'feeds');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON clients REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'clients');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON goals REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(1000, 'goals');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON projects REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'projects');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON tags REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'tags');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON tasks REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(50000, 'tasks');
