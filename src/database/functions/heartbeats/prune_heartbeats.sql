-- Builds the slots of a user, removes the heartbeats that are past retention, and returns their number, or null if
-- another transaction has locked the state or slots are not built that far. Whole months are left to
-- drop_expired_partitions(), and are subtracted from the account's usage here.
--
-- Parameters
--   p_user   the user
--   p_since  the instant since which heartbeats are kept
--   p_most   the maximum number of heartbeats to remove
CREATE OR REPLACE FUNCTION prune_heartbeats(p_user uuid, p_since timestamptz, p_most int) RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  v_before timestamptz := p_since - interval '24 hours';
  v_oldest timestamptz;
  v_months oid[] := ARRAY (
    SELECT partition::oid FROM partitions_of('heartbeats') WHERE starts IS NOT NULL AND ends <= v_before);
  v_count bigint;
  v_dropped bigint := 0;
BEGIN
  IF NOT build_slots(p_user, p_most) THEN
    RETURN NULL;
  END IF;
  UPDATE heartbeat_states SET kept_since = greatest(kept_since, p_since)
   WHERE user_id = p_user AND coalesce(lower(dirty), 'infinity') >= p_since RETURNING oldest_at INTO v_oldest;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM heartbeats
   WHERE user_id = p_user AND at < v_before AND tableoid <> ALL (v_months) AND at <= (
     SELECT max(at) FROM (
       SELECT at FROM heartbeats WHERE user_id = p_user AND at < v_before AND tableoid <> ALL (v_months) ORDER BY at LIMIT p_most) AS oldest);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count >= p_most THEN
    RETURN v_count;
  END IF;
  IF v_months <> '{}' THEN
    SELECT count(*) INTO v_dropped FROM heartbeats
     WHERE user_id = p_user AND at >= coalesce(v_oldest, '-infinity') AND at < v_before AND tableoid = ANY (v_months);
    PERFORM reduce_usage(p_user, 'heartbeats', v_dropped);
  END IF;
  -- Heartbeats that are being stored are at most an hour old: for older ones, store_heartbeats() waits until this transaction ends.
  UPDATE heartbeat_states
     SET oldest_at = least((SELECT at FROM heartbeats WHERE user_id = p_user AND at >= v_before ORDER BY at LIMIT 1),
                           now() - interval '2 hours')
   WHERE user_id = p_user;
  RETURN v_count + v_dropped;
END;
$$;
