-- Returns the activity of a user between two instants, as tracking clients reported it: spans that never overlap, with
-- '' in columns that are unknown.
--
-- A window counts while it was in front and, if a watcher on its machine reports the user's presence, only during
-- presence. A tab adds the site that its browser's window shows. Heartbeats add the project; without a window they
-- count by the idle timeout, except while the only known fact is absence. If several events of one kind overlap, the
-- earliest keeps the time, even if it began before p_from: spans are cut at the bounds only at the end, so that no two
-- periods contradict each other.
--
-- The rows of a CTE below never overlap each other. Two CTEs are combined like this: a piece begins at each start or
-- end of a row of either; its row of a CTE is the last one that began (the greatest n), unless that has ended. They
-- are joined by n, and never by nested loops, because their sizes are unknown when the plan is made. There are few
-- browsers.
--
-- Parameters
--   p_user  the user
--   p_from  the start
--   p_to    the end
CREATE OR REPLACE FUNCTION activity_spans(p_user uuid, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (starts timestamptz, ends timestamptz, app text, title text, domain text, project text)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off SET work_mem = '32MB' AS $$
  WITH seen AS MATERIALIZED (
    SELECT CASE b.type WHEN 'currentwindow' THEN 'window' WHEN 'web.tab.current' THEN 'tab'
                ELSE CASE e.data->>'status' WHEN 'not-afk' THEN 'present' WHEN 'afk' THEN 'absent' END END AS kind,
           CASE b.type WHEN 'web.tab.current' THEN coalesce(substring(lower(b.id) FROM '^aw-watcher-web-([a-z]+)'), '')
                ELSE b.hostname END AS place,
           e.id, e.started_at AS starts, e.ended_at AS ends,
           coalesce(e.data->>'app', '') AS app, coalesce(e.data->>'title', '') AS title, host_of(e.data->>'url') AS domain
      FROM activity_buckets b, LATERAL (
        SELECT * FROM activity_events
         WHERE bucket_key = b.key AND started_at < p_to AND ended_at > p_from
           AND started_at > p_from - make_interval(hours => b.reach_hours)
        OFFSET 0) AS e
     WHERE b.user_id = p_user AND b.type IN ('currentwindow', 'web.tab.current', 'afkstatus')
  ), alone AS MATERIALIZED (
    SELECT kind, place, greatest(starts, reached) AS starts, ends, app, title, domain,
           row_number() OVER (ORDER BY greatest(starts, reached), id) AS n
      FROM (SELECT *, max(ends) OVER (
              PARTITION BY kind, place ORDER BY starts, ends, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
              FROM seen WHERE kind IS NOT NULL) AS each
     WHERE ends > greatest(starts, reached)
  ), presence AS MATERIALIZED (
    SELECT kind, greatest(starts, reached) AS starts, ends, row_number() OVER (ORDER BY greatest(starts, reached)) AS n
      FROM (SELECT *, max(ends) OVER (
              PARTITION BY kind ORDER BY starts, ends, n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
              FROM alone WHERE kind IN ('present', 'absent')) AS each
     WHERE ends > greatest(starts, reached)
  ), attended AS (
    SELECT piece.starts, piece.ends, w.n, w.app, w.title, w.domain
      FROM (SELECT place, at AS starts, lead(at) OVER turn AS ends, max(w) OVER turn AS w, max(p) OVER turn AS p
              FROM (SELECT place, starts AS at, CASE kind WHEN 'window' THEN n END AS w, CASE kind WHEN 'present' THEN n END AS p
                      FROM alone WHERE kind IN ('window', 'present')
                    UNION ALL SELECT place, ends, NULL, NULL FROM alone WHERE kind IN ('window', 'present')) AS edges
            WINDOW turn AS (PARTITION BY place ORDER BY at)) AS piece
      JOIN alone w ON w.n = piece.w AND w.ends > piece.starts
      LEFT JOIN alone p ON p.n = piece.p AND p.ends > piece.starts
      LEFT JOIN (SELECT DISTINCT hostname FROM activity_buckets WHERE user_id = p_user AND type = 'afkstatus') AS watched
        ON watched.hostname = piece.place
     WHERE piece.ends > piece.starts AND (p.n IS NOT NULL OR watched.hostname IS NULL)
  ), front AS MATERIALIZED (
    SELECT greatest(starts, reached) AS starts, ends, app, title, domain, row_number() OVER (ORDER BY greatest(starts, reached), n) AS n
      FROM (SELECT *, max(ends) OVER (
              ORDER BY starts, ends, n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
              FROM attended) AS each
     WHERE ends > greatest(starts, reached)
  ), browsers AS MATERIALIZED (
    SELECT DISTINCT place AS browser FROM alone WHERE kind = 'tab'
  ), browsing AS (
    SELECT browser, w.n, w.starts, w.ends FROM front w JOIN browsers ON strpos(lower(w.app), browser) > 0
  ), tabs AS MATERIALIZED (
    SELECT piece.starts, piece.ends, t.domain, row_number() OVER (ORDER BY piece.starts) AS n
      FROM (SELECT browser, at AS starts, lead(at) OVER turn AS ends, max(w) OVER turn AS w, max(t) OVER turn AS t
              FROM (SELECT browser, starts AS at, n AS w, NULL::bigint AS t FROM browsing
                    UNION ALL SELECT browser, ends, NULL, NULL FROM browsing
                    UNION ALL SELECT place, starts, NULL, n FROM alone WHERE kind = 'tab'
                    UNION ALL SELECT place, ends, NULL, NULL FROM alone WHERE kind = 'tab') AS edges
            WINDOW turn AS (PARTITION BY browser ORDER BY at)) AS piece
      JOIN front w ON w.n = piece.w AND w.ends > piece.starts
      JOIN alone t ON t.n = piece.t AND t.ends > piece.starts
     WHERE piece.ends > piece.starts AND t.domain IS NOT NULL
  ), beats AS MATERIALIZED (
    SELECT h.starts, h.ends, coalesce(h.editor, '') AS app, h.entity AS title, coalesce(h.project, '') AS project,
           CASE h.type WHEN 'domain' THEN lower(h.entity) WHEN 'url' THEN host_of(h.entity) END AS domain,
           row_number() OVER (ORDER BY h.starts) AS n
      FROM heartbeat_stretches(p_user, p_from, p_to, make_interval(secs => coalesce(
             (SELECT idle_timeout_seconds FROM time_settings WHERE user_id = p_user), 900))) h
  ), pieces AS (
    SELECT at AS starts, lead(at) OVER turn AS ends, max(w) OVER turn AS w, max(t) OVER turn AS t, max(h) OVER turn AS h,
           max(p) OVER turn AS p, max(a) OVER turn AS a
      FROM (SELECT starts AS at, n AS w, NULL::bigint AS t, NULL::bigint AS h, NULL::bigint AS p, NULL::bigint AS a FROM front
            UNION ALL SELECT starts, NULL, n, NULL, NULL, NULL FROM tabs
            UNION ALL SELECT starts, NULL, NULL, n, NULL, NULL FROM beats
            UNION ALL SELECT starts, NULL, NULL, NULL, CASE kind WHEN 'present' THEN n END, CASE kind WHEN 'absent' THEN n END
                        FROM presence
            UNION ALL SELECT ends, NULL, NULL, NULL, NULL, NULL FROM front
            UNION ALL SELECT ends, NULL, NULL, NULL, NULL, NULL FROM tabs
            UNION ALL SELECT ends, NULL, NULL, NULL, NULL, NULL FROM beats
            UNION ALL SELECT ends, NULL, NULL, NULL, NULL, NULL FROM presence) AS edges
    WINDOW turn AS (ORDER BY at)
  )
  SELECT greatest(piece.starts, p_from), least(piece.ends, p_to), coalesce(w.app, h.app), coalesce(w.title, h.title),
         coalesce(t.domain, w.domain, CASE WHEN w.n IS NULL THEN h.domain END, ''), coalesce(h.project, '')
    FROM pieces piece
    LEFT JOIN front w ON w.n = piece.w AND w.ends > piece.starts
    LEFT JOIN tabs t ON t.n = piece.t AND t.ends > piece.starts
    LEFT JOIN beats h ON h.n = piece.h AND h.ends > piece.starts
    LEFT JOIN presence p ON p.n = piece.p AND p.ends > piece.starts
    LEFT JOIN presence a ON a.n = piece.a AND a.ends > piece.starts
   WHERE least(piece.ends, p_to) > greatest(piece.starts, p_from)
     AND (w.n IS NOT NULL OR h.n IS NOT NULL AND (p.n IS NOT NULL OR a.n IS NULL));
$$;
