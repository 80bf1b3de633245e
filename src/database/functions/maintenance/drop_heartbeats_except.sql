-- Drops a month of heartbeats, except those of the given users: if they have up to 200,000, the month is rebuilt from
-- these, otherwise it stays whole. Lock the table heartbeats first. Returns whether the month was dropped.
--
-- Parameters
--   p_partition  the partition of the month
--   p_starts     the start of the month
--   p_ends       the end of the month
--   p_users      the users
CREATE OR REPLACE FUNCTION drop_heartbeats_except(p_partition regclass, p_starts timestamptz, p_ends timestamptz, p_users uuid[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_name text := (SELECT relname FROM pg_class WHERE oid = p_partition);
  v_kept int;
  v_has_others boolean;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s WHERE user_id = ANY ($1) LIMIT 200001) AS found', p_partition)
    INTO v_kept USING p_users;
  EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE user_id <> ALL ($1))', p_partition) INTO v_has_others USING p_users;
  IF v_kept = 0 THEN
    EXECUTE format('DROP TABLE %s', p_partition);
  ELSIF v_kept <= 200000 AND v_has_others THEN
    CREATE TABLE heartbeats_kept (LIKE heartbeats INCLUDING ALL);
    EXECUTE format('INSERT INTO heartbeats_kept SELECT * FROM %s WHERE user_id = ANY ($1)', p_partition) USING p_users;
    EXECUTE format('DROP TABLE %s', p_partition);
    EXECUTE format('ALTER TABLE heartbeats_kept RENAME TO %I', v_name);
    EXECUTE format('ALTER TABLE heartbeats ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', v_name, p_starts, p_ends);
  END IF;
  RETURN v_kept = 0;
END;
$$;
