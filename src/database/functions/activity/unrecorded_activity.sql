-- Returns the parts of classified_activity(), by the user's own rules, that no time entry covers. Rows with the same
-- `gap` have no entry between them. The two CTEs are combined like those of activity_spans().
--
-- Parameters
--   p_user  the user
--   p_from  the start
--   p_to    the end
--   p_made  whether activity that an entry was once created from counts as covered, even if that entry was changed
--           or deleted
CREATE OR REPLACE FUNCTION unrecorded_activity(p_user uuid, p_from timestamptz, p_to timestamptz, p_made boolean)
RETURNS TABLE (starts timestamptz, ends timestamptz, n bigint, project_id uuid, category text, gap bigint)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off SET work_mem = '32MB' AS $$
  WITH seen AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY starts) AS place FROM classified_activity(p_user, p_from, p_to, NULL)
  ), taken AS MATERIALIZED (
    SELECT lower(span) AS starts, upper(span) AS ends, row_number() OVER (ORDER BY lower(span)) AS place
      FROM (SELECT range_agg(tstzrange(starts, ends)) AS spans
              FROM (SELECT e.started_at AS starts, coalesce(e.ended_at, 'infinity') AS ends FROM time_entries e
                     WHERE e.owner_id = p_user AND NOT e.is_deleted AND e.started_at < p_to AND coalesce(e.ended_at, 'infinity') > p_from
                       -- From a day before the period, or from the earliest entry that began before that and lasts into the period.
                       AND e.started_at >= coalesce((
                         SELECT min(long.started_at) FROM time_entries long
                          WHERE long.owner_id = p_user AND NOT long.is_deleted AND long.started_at < p_from - interval '24 hours'
                            AND (long.ended_at IS NULL OR long.ended_at - long.started_at > interval '1 day')
                            AND coalesce(long.ended_at, 'infinity') > p_from), p_from - interval '24 hours')
                    UNION ALL
                    SELECT began, ended
                      FROM (SELECT to_timestamp(split_part(external_id, '/', 1)::float8 / 1000) AS began,
                                   to_timestamp(split_part(external_id, '/', 2)::float8 / 1000) AS ended
                              FROM time_entries WHERE p_made AND owner_id = p_user AND source = 'activity') AS made
                     WHERE began < p_to AND ended > p_from) AS times) AS entries,
           unnest(spans) AS span
  )
  SELECT part.starts, part.ends, s.n, s.project_id, s.category, coalesce(part.entry, 0)
    FROM (SELECT at AS starts, lead(at) OVER turn AS ends, max(span) OVER turn AS span, max(entry) OVER turn AS entry
            FROM (SELECT starts AS at, place AS span, NULL::bigint AS entry FROM seen
                  UNION ALL SELECT starts, NULL, place FROM taken
                  UNION ALL SELECT ends, NULL, NULL FROM seen
                  UNION ALL SELECT ends, NULL, NULL FROM taken) AS edges
          WINDOW turn AS (ORDER BY at)) AS part
    JOIN seen s ON s.place = part.span AND s.ends > part.starts
    LEFT JOIN taken t ON t.place = part.entry AND t.ends > part.starts
   WHERE part.ends > part.starts AND t.place IS NULL;
$$;
