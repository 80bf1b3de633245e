-- Cuts time entries at the days of a period, and returns each part with its day: the entries of the caller, personal and
-- of the organizations in which they may read their own time, or the personal entries of another or of all users. It
-- reads the entries in one scan in the order of the index: from a day before the period, or from the earliest entry
-- that began before that and lasts into the period; such entries have an index of their own. A day that a zone skipped
-- has no slice.
--
-- Parameters
--   p_owner    the user; null for all users
--   p_from     the first day
--   p_to       the last day
--   p_zone     the zone of the days
--   p_minutes  minutes after midnight at which days begin
--   p_now      the instant at which running entries are cut
CREATE OR REPLACE FUNCTION time_slices(p_owner uuid, p_from date, p_to date, p_zone text, p_minutes int, p_now timestamptz)
RETURNS TABLE (entry_id uuid, owner_id uuid, project_id uuid, task_id uuid, kind text, is_billable boolean, planned_seconds int,
               day date, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE AS $$
  WITH bounds AS MATERIALIZED (
    SELECT array_agg(starts ORDER BY day) AS cuts, min(starts) AS opens, max(starts) AS closes
      FROM day_starts(p_from, p_to + 1, p_zone, p_minutes)
  )
  SELECT id, owner_id, project_id, task_id, kind, is_billable, planned_seconds, p_from + (slot - 1),
         greatest(started_at, (SELECT cuts FROM bounds)[slot]), least(ends, (SELECT cuts FROM bounds)[slot + 1])
    FROM (
      SELECT e.id, e.owner_id, e.project_id, e.task_id, e.kind, e.is_billable, e.planned_seconds, e.started_at,
             coalesce(e.ended_at, p_now) AS ends,
             generate_series(
               width_bucket(greatest(e.started_at, (SELECT opens FROM bounds)), (SELECT cuts FROM bounds)),
               width_bucket(least(coalesce(e.ended_at, p_now), (SELECT closes FROM bounds)) - interval '1 microsecond',
                            (SELECT cuts FROM bounds))) AS slot
        FROM time_entries e
       WHERE NOT e.is_deleted AND (p_owner IS NULL OR e.owner_id = p_owner)
         AND CASE WHEN e.organization_id IS NULL THEN reaches_personal()
                  ELSE p_owner = actor() AND e.organization_id IN (
                    SELECT r.organization_id FROM reach_of(p_owner, NULL, 'reports', 'read') r WHERE r.own) END
         AND e.started_at >= coalesce((
           SELECT min(long.started_at) FROM time_entries long
            WHERE NOT long.is_deleted AND (p_owner IS NULL OR long.owner_id = p_owner)
              AND long.started_at < (SELECT opens FROM bounds) - interval '24 hours'
              AND (long.ended_at IS NULL OR long.ended_at - long.started_at > interval '1 day')
              AND coalesce(long.ended_at, p_now) > (SELECT opens FROM bounds)
         ), (SELECT opens FROM bounds) - interval '24 hours')
         AND e.started_at < (SELECT closes FROM bounds)
         AND coalesce(e.ended_at, p_now) > greatest(e.started_at, (SELECT opens FROM bounds))
    ) AS entries
   WHERE (SELECT cuts FROM bounds)[slot] < (SELECT cuts FROM bounds)[slot + 1];
$$;
