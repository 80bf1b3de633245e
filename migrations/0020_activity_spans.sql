-- The host in an address, in lower case and without `www.`; null if there is none.
CREATE FUNCTION host_of(p_url text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT nullif(regexp_replace(substring(lower(p_url) FROM '^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)'), '^www\.', ''), '');
$$;
--> statement-breakpoint
-- What p_user was busy with between two instants, as programs saw it: spans of which none overlaps another, with what there is to
-- know of each, and '' for what is not known.
--
-- A window counts while it was in front and, where a watcher on its machine tells whether anybody was there, while somebody was. A
-- tab says which site its browser's window shows. Heartbeats say which project it is; without a window they count as well, by the
-- idle timeout, but for when all that is known is that nobody was there. Of what one kind of watcher saw at once, what began first
-- keeps the time, also if that was before p_from: only in the end are spans cut there, so that no two periods contradict each other.
--
-- Each list below overlaps nothing of itself. Two of them meet in this way: where any of either begins or ends, a piece begins; its
-- row of a list is the last that began (the greatest n), if that goes on. Joined by n, and never by loops: their lengths are not
-- known when the plan is made. Of browsers there are few.
CREATE FUNCTION activity_spans(p_user uuid, p_from timestamptz, p_to timestamptz)
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
--> statement-breakpoint
-- The rules of p_user's, or those that are p_tried in their place, in their order: n is the place, and patterns are in lower case.
CREATE FUNCTION activity_rules_of(p_user uuid, p_tried jsonb)
RETURNS TABLE (n bigint, id uuid, field text, match text, pattern text, project_id uuid, category text, productivity int)
LANGUAGE sql STABLE AS $$
  SELECT row_number() OVER (ORDER BY position, created_at, id), id, field, match, lower(pattern), project_id, category, productivity::int
    FROM activity_rules
   WHERE owner_id = p_user AND NOT is_deleted AND p_tried IS NULL
  UNION ALL
  SELECT place, NULL, field, match, lower(pattern), project_id, category, productivity
    FROM ROWS FROM (jsonb_to_recordset(p_tried) AS (
           field text, match text, pattern text, project_id uuid, category text, productivity int)) WITH ORDINALITY
         AS tried (field, match, pattern, project_id, category, productivity, place);
$$;
--> statement-breakpoint
-- The spans of activity_spans with what the first rule that they meet says; n is its place, and null where there is none. What is
-- the same is asked once, however often it comes.
CREATE FUNCTION classified_activity(p_user uuid, p_from timestamptz, p_to timestamptz, p_tried jsonb)
RETURNS TABLE (starts timestamptz, ends timestamptz, app text, domain text, project text,
               n bigint, project_id uuid, category text, productivity int)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off SET work_mem = '32MB' AS $$
  WITH rules AS MATERIALIZED (
    SELECT * FROM activity_rules_of(p_user, p_tried)
  ), spans AS MATERIALIZED (
    SELECT * FROM activity_spans(p_user, p_from, p_to)
  ), kinds AS MATERIALIZED (
    SELECT app, title, domain, project, (
             SELECT min(n)
               FROM rules, LATERAL (SELECT CASE field WHEN 'app' THEN lower_app WHEN 'title' THEN lower_title
                                                      WHEN 'domain' THEN domain ELSE lower_project END AS said) AS value
              WHERE CASE match WHEN 'equals' THEN said = pattern
                               WHEN 'contains' THEN strpos(said, pattern) > 0
                               WHEN 'starts_with' THEN starts_with(said, pattern)
                               WHEN 'ends_with' THEN right(said, length(pattern)) = pattern END) AS n
      FROM (SELECT DISTINCT app, title, domain, project, lower(app) AS lower_app, lower(title) AS lower_title,
                   lower(project) AS lower_project
              FROM spans) AS kind
  )
  SELECT starts, ends, app, domain, project, kinds.n, rules.project_id, rules.category, rules.productivity
    FROM spans JOIN kinds USING (app, title, domain, project) LEFT JOIN rules ON rules.n = kinds.n;
$$;
--> statement-breakpoint
-- What time entries leave of classified_activity, by p_user's own rules: with p_made, also what was made into an entry once, whatever
-- became of that. What is between two rows of the same `gap` is free of entries. Both lists meet as those of activity_spans do.
CREATE FUNCTION unrecorded_activity(p_user uuid, p_from timestamptz, p_to timestamptz, p_made boolean)
RETURNS TABLE (starts timestamptz, ends timestamptz, n bigint, project_id uuid, category text, gap bigint)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off SET work_mem = '32MB' AS $$
  WITH seen AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY starts) AS place FROM classified_activity(p_user, p_from, p_to, NULL)
  ), taken AS MATERIALIZED (
    SELECT lower(span) AS starts, upper(span) AS ends, row_number() OVER (ORDER BY lower(span)) AS place
      FROM (SELECT range_agg(tstzrange(starts, ends)) AS spans
              FROM (SELECT e.started_at AS starts, coalesce(e.ended_at, 'infinity') AS ends FROM time_entries e
                     WHERE e.owner_id = p_user AND NOT e.is_deleted AND e.started_at < p_to AND coalesce(e.ended_at, 'infinity') > p_from
                       -- From the day before on, or from the first of those that began before that and still go on.
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
