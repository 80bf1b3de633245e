import { sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { expectOneRow } from "../../../database/rows.ts";
import { beginReport, frameOf, historyOf, type Period, RECENT_DAYS, slicesOf, UNCOVERED } from "../period.ts";
import type { Group } from "./groups.ts";
import { type Options, readSummary, type SummaryRow, summaryOf } from "./summary.ts";

/**
 * Returns the time of a period and of the preceding period of the same length, in total and by up to two groups. Overlap counts twice in
 * `tracked`, and once in `covered`. An entry with two tags counts in both of their groups, and once in the total. Seconds are rounded
 * down once, at the end.
 */
export async function summarize(db: Database, period: Period, groups: Group[], options: Options = {}) {
  const first = options.isCompared ? sql`first - (last - first + 1)` : sql`first`;
  const { summary } = await batch(db, {
    preconditions: beginReport(db, period, { first }),
    summary: db.execute<SummaryRow>(summaryOf(period, groups, options)),
  });
  return readSummary(summary.rows);
}

/** Returns the summary of a period by days. */
export async function summarizeDays(db: Database, period: Period) {
  const { summary } = await batch(db, {
    preconditions: beginReport(db, period),
    summary: db.execute<SummaryRow>(summaryOf(period, ["day"])),
  });
  return readSummary(summary.rows);
}

/** Returns the summaries of a period by days, and by days and projects. */
export async function summarizeDaysAndProjects(db: Database, period: Period) {
  const { days, cells } = await batch(db, {
    preconditions: beginReport(db, period, { times: 2 }),
    days: db.execute<SummaryRow>(summaryOf(period, ["day"])),
    cells: db.execute<SummaryRow>(summaryOf(period, ["day", "project"])),
  });
  return { byDay: readSummary(days.rows), byDayAndProject: readSummary(cells.rows) };
}

interface Focus extends Record<string, unknown> {
  from: string;
  to: string;
  timezone: string;
  focus_seconds: number;
  sessions: number;
  longest_seconds: number;
  switches: number;
  covered_seconds: number;
  planned: number;
  completed: number;
}

/** Key that distinguishes slices of activity, which have no entry id. */
const ACTIVITY_KEY = sql`case when t.entry_id is null then t.starts end`;

/**
 * Returns the focus report of a period. A focus session is at least 25 minutes of work on one project, or on none, without a gap of
 * more than two minutes. Breaks are not work. An entry that begins on another project ends the session. Planned entries are completed
 * if they lasted as long as planned, even partly outside the period.
 */
export async function measureFocus(db: Database, period: Period) {
  const statement = sql`
    with ${frameOf(period)},
    work as materialized (
      select t.entry_id, t.owner_id, t.project_id, max(t.planned_seconds) as planned_seconds, min(t.starts) as starts, max(t.ends) as ends
      from frame, ${slicesOf(period, sql`first`, sql`last`)} t
      where t.kind <> 'break' group by t.entry_id, t.owner_id, t.project_id ${period.withActivity ? sql`, ${ACTIVITY_KEY}` : sql``}
    ),
    steps as (
      select *, row_number() over w > 1 and lag(project_id) over w is distinct from project_id as is_switch,
        max(ends) over (w rows between unbounded preceding and 1 preceding) as reached
      from work window w as (partition by owner_id order by starts, ends, entry_id)
    ),
    runs as (
      select *, count(*) filter (where is_switch) over (partition by owner_id order by starts, ends, entry_id) as run from steps
    ),
    -- The latest end before each entry of a run, which is work on one project.
    reaching as (
      select owner_id, run, entry_id, starts, ends,
        max(ends) over (
          partition by owner_id, run order by starts, ends, entry_id rows between unbounded preceding and 1 preceding) as reached
      from runs
    ),
    numbered as (
      select *, count(*) filter (where starts > reached + interval '2 minutes')
        over (partition by owner_id, run order by starts, ends, entry_id) as stretch
      from reaching
    ),
    focused as materialized (
      select extract(epoch from sum(${UNCOVERED})) as seconds from numbered group by owner_id, run, stretch
      having max(ends) - min(starts) >= interval '25 minutes'
    ),
    plans as materialized (
      -- Reads each entry from the index: a join would read all users' entries.
      select (
        select coalesce(ended_at, now) - started_at from time_entries where id = entry_id
      ) >= make_interval(secs => planned_seconds) as is_completed
      from frame, work where planned_seconds > 0
    )
    select first::text as "from", last::text as "to", zone as timezone,
      (select coalesce(floor(sum(seconds)), 0)::float8 from focused) as focus_seconds,
      (select count(*)::int from focused) as sessions,
      (select coalesce(floor(max(seconds)), 0)::float8 from focused) as longest_seconds,
      (select count(*)::int from steps where is_switch) as switches,
      (select coalesce(floor(extract(epoch from sum(${UNCOVERED}))), 0)::float8 from steps) as covered_seconds,
      (select count(*)::int from plans) as planned,
      (select count(*)::int from plans where is_completed) as completed
    from frame`;
  const { focus } = await batch(db, {
    preconditions: beginReport(db, period),
    focus: db.execute<Focus>(statement),
  });
  return expectOneRow(focus.rows);
}

interface Streak extends Record<string, unknown> {
  today: string;
  timezone: string;
  threshold_seconds: number;
  current: number;
  longest: number;
  counted_today: boolean;
}

/**
 * Returns the current and the longest streak of the last ten years: consecutive days with at least the covered time that the user's
 * settings require. Today does not break a streak before it ends. A day that their zone skipped is not counted.
 */
export async function measureStreak(db: Database, period: Period) {
  const statement = sql`
    with ${frameOf(period)},
    history as materialized (${historyOf(period)}),
    slices as (
      select t.day, t.starts, t.ends, max(ends) over (
        partition by t.day order by t.starts rows between unbounded preceding and 1 preceding) as reached
      from frame, history, ${slicesOf(period, sql`first_day`, sql`today`)} t
      where t.kind <> 'break'
    ),
    counted as (
      select day from slices group by day, (select threshold from frame)
      having extract(epoch from sum(${UNCOVERED})) >= (select threshold from frame)
    ),
    real_days as (
      select day, row_number() over (order by day) as n
      from (
        select d.day, d.starts, lead(d.starts) over (order by d.day) as following
        from frame, history, day_starts(first_day, today + 1, zone, minutes) d
      ) as days
      where starts < following
    ),
    rows_of_days as (
      select count(*)::int as length, max(day) as last, max(n) as last_n
      from (select day, n, n - row_number() over (order by n) as island from counted join real_days using (day)) as islands
      group by island
    )
    select today::text, zone as timezone, threshold as threshold_seconds,
      coalesce((select length from rows_of_days where last_n >= (select max(n) from real_days) - 1 order by last desc limit 1), 0) as current,
      coalesce((select max(length) from rows_of_days), 0) as longest,
      exists (select from counted where day = today) as counted_today
    from frame`;
  const { streak } = await batch(db, {
    preconditions: beginReport(db, period, RECENT_DAYS),
    streak: db.execute<Streak>(statement),
  });
  return expectOneRow(streak.rows);
}
