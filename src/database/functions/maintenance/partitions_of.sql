-- Returns the partitions of a table with their bounds. The partition of a month has both; the partition of the past
-- has no start, and the default partition has neither.
--
-- Parameters
--   p_table  the table
CREATE OR REPLACE FUNCTION partitions_of(p_table regclass) RETURNS TABLE (partition regclass, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT c.oid::regclass, substring(bound FROM 'FROM \(''(.*?)''\)')::timestamptz, substring(bound FROM 'TO \(''(.*?)''\)')::timestamptz
    FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid, pg_get_expr(relpartbound, c.oid) AS bound
   WHERE inhparent = p_table;
$$;
