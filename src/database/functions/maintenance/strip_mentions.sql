-- Removes from a part of the audit log the texts that name accounts whose erasure has begun but is not finished.
-- Returns the last event of that part, after which the next call continues; nulls at the end of the log. It runs
-- with the rights of the owner of the tables and a search path of its own, as remove_audit_events() does.
--
-- Parameters
--   p_users  the accounts
--   p_most   the number of events to look at
--   p_at     the time of the event to begin after
--   p_id     its id
CREATE OR REPLACE FUNCTION strip_mentions(
  p_users uuid[], p_most int, p_at timestamptz, p_id uuid, OUT last_at timestamptz, OUT last_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
  SELECT m.last_at, m.last_id
    FROM (SELECT coalesce(array_agg(name), '{}') AS names
            FROM erasures, unnest(names) AS name
           WHERE user_id = ANY (p_users) AND begun_at IS NOT NULL AND erased_at IS NULL) AS known,
         erase_mentions(known.names, p_most, p_at, p_id) AS m;
$$;
