-- Returns a row for each heartbeat that another one follows within the idle timeout, from the first to the second, cut
-- at the bounds of the period. All heartbeats count for this: to select by a column, filter the returned rows. It also
-- reads the heartbeats just before and just after the period.
--
-- Parameters
--   p_user  the user
--   p_from  the start
--   p_to    the end
--   p_idle  the idle timeout
CREATE OR REPLACE FUNCTION heartbeat_stretches(p_user uuid, p_from timestamptz, p_to timestamptz, p_idle interval)
RETURNS TABLE (starts timestamptz, ends timestamptz, entity text, type text, category text, project text, branch text, language text,
               editor text, operating_system text, machine text, is_write boolean, details jsonb)
LANGUAGE sql STABLE AS $$
  SELECT greatest(at, p_from), least(next, p_to), entity, type, category, project, branch, language, editor, operating_system, machine,
         is_write, details
    FROM (SELECT h.*, lead(at) OVER (ORDER BY at, hash) AS next
            FROM heartbeats h
           WHERE h.user_id = p_user AND h.at >= p_from - p_idle AND h.at <= p_to + p_idle) AS beats
   WHERE next > at AND next <= at + p_idle AND next > p_from AND at < p_to;
$$;
