-- Turns the default partition of a table into the partition from the end of the month before p_from to p_to, and moves
-- its other rows to a new default partition. This moves few rows, even if the default partition has many.
--
-- Parameters
--   p_table   the table
--   p_column  the column that it is partitioned by
--   p_name    the name for the partition
--   p_from    the start of the month
--   p_to      the end of the month
CREATE OR REPLACE FUNCTION promote_default_partition(p_table text, p_column text, p_name text, p_from timestamptz, p_to timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_default text := p_table || '_default';
  v_from timestamptz := coalesce((SELECT max(ends) FROM partitions_of(p_table::regclass) WHERE ends <= p_from), p_from);
BEGIN
  -- The table before its partitions, in the order in which requests lock them.
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', p_table);
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, v_default);
  EXECUTE format('ALTER TABLE %I RENAME TO %I', v_default, p_name);
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', v_default, p_table);
  EXECUTE format('WITH moved AS (DELETE FROM %1$I WHERE %2$I < $1 OR %2$I >= $2 RETURNING *) INSERT INTO %3$I SELECT * FROM moved',
                 p_name, p_column, v_default) USING v_from, p_to;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', p_table, p_name, v_from, p_to);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', p_table, v_default);
  IF p_table = 'audit_events' THEN
    EXECUTE format('CREATE TRIGGER keep_all_audit_events BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events()',
                   v_default);
  END IF;
END;
$$;
