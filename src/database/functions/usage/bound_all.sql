-- Refuses records of a table beyond the limit of a deployment, including deleted ones. Transactions that add to the
-- table take turns.
--
-- Parameters
--   TG_ARGV[0]  the limit
--   TG_ARGV[1]  the plural of the records, for the message
--
-- Raises
--   PT004  the table has reached the limit
CREATE OR REPLACE FUNCTION bound_all() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := TG_ARGV[0];
  v_count int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('all ' || TG_TABLE_NAME, 0));
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %I LIMIT $1) AS found', TG_TABLE_NAME) INTO v_count USING v_most + 1;
  IF v_count > v_most THEN
    RAISE EXCEPTION 'There can be at most % %, including deleted ones. Rename an existing one.', v_most, TG_ARGV[1]
      USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_all AFTER INSERT ON permissions FOR EACH STATEMENT EXECUTE FUNCTION bound_all(10000, 'permissions');
--> statement-breakpoint
CREATE TRIGGER bound_all AFTER INSERT ON roles FOR EACH STATEMENT EXECUTE FUNCTION bound_all(10000, 'roles');
