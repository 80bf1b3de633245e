import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { demandHolding } from "../../database/demands.ts";
import type { Group } from "./groups.ts";

/** What a report is about. Dates are the viewer's own days, both included; without them it is about today. */
export interface Period {
  actorId: string;
  /** Whose time: the actor's own by default, one other's, or everybody's. */
  owner?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  zone?: string | undefined;
  weekStart?: number | undefined;
  /** Until when what runs counts. */
  now: Date;
}

export interface SliceFilter {
  clientId?: string | undefined;
  projectId?: string | undefined;
  taskId?: string | undefined;
  tagId?: string | undefined;
  kind?: string | undefined;
  isBillable?: boolean | undefined;
}

const itself = (key: SQL) => key;
const nameIn = (table: string) => (key: SQL) =>
  sql`(select name from ${sql.identifier(table)} where id = ${key}::uuid)`;

/** What time can be grouped by: the key of a slice, and what a key is called. */
const GROUPS: Record<Group, { key: SQL; label: (key: SQL) => SQL }> = {
  day: { key: sql`s.day::text`, label: itself },
  week: { key: sql`(s.day - (extract(dow from s.day)::int - week_start + 7) % 7)::text`, label: itself },
  month: { key: sql`to_char(s.day, 'YYYY-MM')`, label: itself },
  // 2023-01-01 was a Sunday.
  weekday: {
    key: sql`extract(dow from s.day)::text`,
    label: (key: SQL) => sql`to_char(date '2023-01-01' + ${key}::int, 'FMDay')`,
  },
  hour: { key: sql`to_char(s.hour, 'FM00')`, label: (key: SQL) => sql`${key} || ':00'` },
  user: {
    key: sql`s.owner_id::text`,
    label: (key: SQL) => sql`(select username from users where id = ${key}::uuid)`,
  },
  client: {
    key: sql`(select client_id::text from projects where id = s.project_id)`,
    label: nameIn("clients"),
  },
  project: { key: sql`s.project_id::text`, label: nameIn("projects") },
  task: { key: sql`s.task_id::text`, label: nameIn("tasks") },
  tag: { key: sql`tagged.tag_id::text`, label: nameIn("tags") },
  kind: { key: sql`s.kind`, label: itself },
};

interface Sums {
  tracked_seconds: number;
  covered_seconds: number;
  entries: number;
}

interface Summary extends Sums, Record<string, unknown> {
  from: string;
  to: string;
  timezone: string;
  groups: (Sums & { keys: (string | null)[]; labels: (string | null)[] })[];
  previous: Sums & { from: string; to: string };
}

/**
 * How long was worked in a period, in all and by up to two groups, and in as many days before it. Where somebody worked on
 * two things at once, `tracked` counts twice and `covered` once. An entry with two tags is in both of their groups, and
 * once in the whole. Seconds, rounded down once, at the end.
 */
export async function summarize(db: Database, period: Period, groups: Group[], filter: SliceFilter) {
  const [, { rows }] = await db.batch([
    demandReadable(db, period),
    db.execute<Summary>(summaryOf(period, groups, { filter, comparing: true })),
  ]);
  return only(rows);
}

/** The summary by days. */
export async function summarizeDays(db: Database, period: Period) {
  const [, { rows }] = await db.batch([
    demandReadable(db, period),
    db.execute<Summary>(summaryOf(period, ["day"])),
  ]);
  return only(rows);
}

/** The summaries by days, and by days and projects. */
export async function summarizeTwice(db: Database, period: Period) {
  const [, days, cells] = await db.batch([
    demandReadable(db, period),
    db.execute<Summary>(summaryOf(period, ["day"])),
    db.execute<Summary>(summaryOf(period, ["day", "project"])),
  ]);
  return { byDay: only(days.rows), byDayAndProject: only(cells.rows) };
}

interface Options {
  filter?: SliceFilter;
  /** Whether the days before are read too. Without, `previous` is empty. */
  comparing?: boolean;
}

function summaryOf(period: Period, groups: Group[], { filter = {}, comparing = false }: Options = {}): SQL {
  const keys = groups.map((group) => GROUPS[group].key);
  const labels = groups.map((group, index) => GROUPS[group].label(sql`keys[${sql.raw(String(index + 1))}]`));
  const slices = groups.includes("hour") ? byHour : sql`present s`;
  const tagged = groups.includes("tag")
    ? sql`left join time_entry_tags tagged on tagged.entry_id = s.entry_id`
    : sql``;
  return sql`
    with frame as materialized (${frameOf(period)}),
    every as materialized (
      select t.*, t.day >= first as is_present
      from frame, time_slices(${ownerOf(period)}, ${comparing ? sql`first - (last - first + 1)` : sql`first`}, last, zone, minutes, now) t
      where ${matching(filter)}
    ),
    present as (select * from every where is_present),
    wholes as (${sumsOf("every", "is_present")}),
    cut as materialized (
      select s.entry_id, s.owner_id, s.starts, s.ends, ${array(keys)} as keys
      from frame cross join ${slices} ${tagged}
    ),
    grouped as (${sumsOf("cut", "keys")})
    select first::text as "from", last::text as "to", zone as timezone,
      coalesce(whole.tracked_seconds, 0) as tracked_seconds,
      coalesce(whole.covered_seconds, 0) as covered_seconds,
      coalesce(whole.entries, 0) as entries,
      json_build_object(
        'from', (first - (last - first + 1))::text, 'to', (first - 1)::text,
        'tracked_seconds', coalesce(past.tracked_seconds, 0), 'covered_seconds', coalesce(past.covered_seconds, 0),
        'entries', coalesce(past.entries, 0)) as previous,
      (select coalesce(json_agg(json_build_object(
          'keys', keys, 'labels', ${array(labels)}, 'tracked_seconds', tracked_seconds,
          'covered_seconds', covered_seconds, 'entries', entries) order by keys), '[]')
        from grouped where ${groups.length > 0}) as groups
    from frame left join wholes whole on whole.is_present left join wholes past on not past.is_present`;
}

/** What a slice adds to what the slices before it reached: nothing is taken for no reach by `greatest`. */
export const UNCOVERED = sql`greatest(ends - greatest(starts, reached), interval '0')`;

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

/**
 * How undisturbed the work was. A session is a stretch of at least 25 minutes on one project (and, without one, on none),
 * in which no gap was longer than two minutes; breaks are no work. Of entries that were planned it tells how many
 * lasted as long as they were meant to.
 */
export async function measureFocus(db: Database, period: Period) {
  const statement = sql`
    with frame as materialized (${frameOf(period)}),
    work as materialized (
      select t.* from frame, time_slices(${ownerOf(period)}, first, last, zone, minutes, now) t where t.kind <> 'break'
    ),
    steps as (
      select *, lag(project_id) over w as project_before, row_number() over w as place,
        max(ends) over (partition by owner_id order by starts, ends, entry_id rows between unbounded preceding and 1 preceding) as reached
      from work window w as (partition by owner_id order by starts, ends, entry_id)
    ),
    breaks as (
      select *, place > 1 and project_before is distinct from project_id as is_switch,
        place = 1 or project_before is distinct from project_id or starts > reached + interval '2 minutes' as is_new
      from steps
    ),
    numbered as (
      select *, count(*) filter (where is_new) over (partition by owner_id order by starts, ends, entry_id) as session from breaks
    ),
    sessions as (
      select extract(epoch from sum(greatest(ends - greatest(starts, case when is_new then starts else reached end), interval '0'))) as seconds,
        max(ends) - min(starts) as span
      from numbered group by owner_id, session
    ),
    focused as (select * from sessions where span >= interval '25 minutes'),
    plans as (
      select entry_id, max(planned_seconds) as planned, extract(epoch from sum(ends - starts)) as seconds
      from work where planned_seconds > 0 group by entry_id
    )
    select first::text as "from", last::text as "to", zone as timezone,
      (select coalesce(floor(sum(seconds)), 0)::float8 from focused) as focus_seconds,
      (select count(*)::int from focused) as sessions,
      (select coalesce(floor(max(seconds)), 0)::float8 from focused) as longest_seconds,
      (select count(*)::int from breaks where is_switch) as switches,
      (select coalesce(floor(extract(epoch from sum(${UNCOVERED}))), 0)::float8
        from steps) as covered_seconds,
      (select count(*)::int from plans) as planned,
      (select count(*)::int from plans where seconds >= planned) as completed
    from frame`;
  const [, { rows }] = await db.batch([demandReadable(db, period), db.execute<Focus>(statement)]);
  return only(rows);
}

interface Streak extends Record<string, unknown> {
  today: string;
  timezone: string;
  threshold_seconds: number;
  current: number;
  longest: number;
  counted_today: boolean;
}

/** Ten years: how far a report may look back. */
export const LOOK_BACK_DAYS = 3653;

/**
 * On how many days in a row of the last ten years the user worked for as long as their settings ask for. Today does not break a row that it has
 * not met yet; a day that their zone left out is no day.
 */
export async function measureStreak(db: Database, period: Period) {
  const statement = sql`
    with frame as materialized (${frameOf(period)}),
    history as (
      select greatest(coalesce(min((e.started_at at time zone zone)::date) - 1, today), today - ${LOOK_BACK_DAYS}::int) as first
      from frame left join time_entries e on e.owner_id = ${period.actorId} and not e.is_deleted
      group by today
    ),
    slices as (
      select t.day, t.starts, t.ends, max(ends) over (
        partition by t.day order by t.starts rows between unbounded preceding and 1 preceding) as reached
      from frame, history, time_slices(${ownerOf(period)}, history.first, today, zone, minutes, now) t
      where t.kind <> 'break'
    ),
    counted as (
      select day from slices group by day, (select threshold from frame)
      having extract(epoch from sum(${UNCOVERED})) >= (select threshold from frame)
    ),
    real_days as (
      select day, row_number() over (order by day) as n
      from (
        select day::date as day, start, lead(start) over (order by day) as following
        from frame, history, generate_series(history.first::timestamp, today::timestamp + interval '1 day', interval '1 day') as day,
          lateral (select day_start(day::date, zone, minutes) as start) as begins
      ) as days
      where start < following
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
  const { rows } = await db.execute<Streak>(statement);
  return only(rows);
}

/** One row: how the viewer counts, and the first and the last day of the period. */
export const frameOf = ({ actorId, from, to, zone, weekStart, now }: Period) => sql`
  select frame.*, coalesce(${from ?? null}::date, today) as first, coalesce(${to ?? null}::date, today) as last,
    ${now.toISOString()}::timestamptz as now
  from time_frame(${actorId}, ${zone ?? null}, ${weekStart ?? null}::int, ${now.toISOString()}::timestamptz) as frame`;

const ownerOf = ({ actorId, owner = actorId }: Period) => sql`${owner === "all" ? null : owner}::uuid`;

function matching({ clientId, projectId, taskId, tagId, kind, isBillable }: SliceFilter): SQL {
  const conditions = [
    clientId && sql`t.project_id in (select id from projects where client_id = ${clientId})`,
    projectId && sql`t.project_id = ${projectId}`,
    taskId && sql`t.task_id = ${taskId}`,
    tagId && sql`t.entry_id in (select entry_id from time_entry_tags where tag_id = ${tagId})`,
    kind && sql`t.kind = ${kind}`,
    isBillable === undefined ? undefined : sql`t.is_billable = ${isBillable}`,
  ].filter((condition): condition is SQL => Boolean(condition));
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** The slices cut again at the hours of local clocks: all zones of this day and age begin theirs at a quarter of ours. */
const byHour = sql`lateral (
  select p.entry_id, p.owner_id, p.project_id, p.task_id, p.kind, p.day, extract(hour from step at time zone zone) as hour,
    greatest(p.starts, step) as starts, least(p.ends, step + interval '15 minutes') as ends
  from present p, generate_series(
    date_bin('15 minutes', p.starts, timestamptz '2000-01-01 00:00Z'), p.ends - interval '1 microsecond', '15 minutes') as step
) s`;

/** What the rows of `from` amount to, for each of `by`; what each person did at once is covered once. */
function sumsOf(from: "every" | "cut", by: "is_present" | "keys"): SQL {
  const [source, key] = [sql.raw(from), sql.raw(by)];
  return sql`
    select ${key}, count(distinct entry_id)::int as entries,
      floor(extract(epoch from sum(ends - starts)))::float8 as tracked_seconds,
      floor(extract(epoch from sum(${UNCOVERED})))::float8 as covered_seconds
    from (
      select *, max(ends) over (
        partition by ${key}, owner_id order by starts rows between unbounded preceding and 1 preceding) as reached
      from ${source}
    ) as reaching group by ${key}`;
}

const array = (parts: SQL[]) => sql`array[${sql.join(parts, sql`, `)}]::text[]`;

/** Demands that the time is the actor's own, or that they hold `reports:read_any`. */
function demandReadable(db: Database, { actorId, owner = actorId }: Period) {
  const names = owner === actorId ? sql`'{}'::text[]` : sql`'{reports:read_any}'::text[]`;
  return demandHolding(db, actorId, names, "You cannot read the time of others.");
}

/** The one row of a report. */
export function only<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error("A report has one row.");
  return row;
}
