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

/** The name that the thing with the id `key` has. */
const nameIn = (table: string) => (key: SQL) =>
  sql`(select name from ${sql.identifier(table)} where id = ${key})`;
const asText = (key: SQL) => sql`${key}::text`;

/**
 * What time can be grouped by: the key of a slice `s`, how the key is written, and what it is called if not by that. Keys stay
 * what they are until there are few of them, for text is slow to make and to compare.
 */
const GROUPS: Record<Group, { key: SQL; text: (key: SQL) => SQL; label?: (key: SQL) => SQL }> = {
  day: { key: sql`s.day`, text: asText },
  week: { key: sql`s.day - (extract(dow from s.day)::int - week_start + 7) % 7`, text: asText },
  month: {
    key: sql`date_trunc('month', s.day::timestamp)`,
    text: (key: SQL) => sql`to_char(${key}, 'YYYY-MM')`,
  },
  // 2023-01-01 was a Sunday.
  weekday: {
    key: sql`extract(dow from s.day)::int`,
    text: asText,
    label: (key: SQL) => sql`to_char(date '2023-01-01' + ${key}, 'FMDay')`,
  },
  hour: {
    key: sql`s.hour`,
    text: (key: SQL) => sql`to_char(${key}, 'FM00')`,
    label: (key: SQL) => sql`to_char(${key}, 'FM00') || ':00'`,
  },
  user: {
    key: sql`s.owner_id`,
    text: asText,
    label: (key: SQL) => sql`(select username from users where id = ${key})`,
  },
  client: {
    key: sql`(select client_id from projects where id = s.project_id)`,
    text: asText,
    label: nameIn("clients"),
  },
  project: { key: sql`s.project_id`, text: asText, label: nameIn("projects") },
  task: { key: sql`s.task_id`, text: asText, label: nameIn("tasks") },
  tag: { key: sql`tagged.tag_id`, text: asText, label: nameIn("tags") },
  kind: { key: sql`s.kind`, text: asText },
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
  const [, , { rows }] = await db.batch([
    demandReadable(db, period),
    prepare(db),
    db.execute<Summary>(summaryOf(period, groups, { filter, comparing: true })),
  ]);
  return only(rows);
}

/** The summary by days. */
export async function summarizeDays(db: Database, period: Period) {
  const [, , { rows }] = await db.batch([
    demandReadable(db, period),
    prepare(db),
    db.execute<Summary>(summaryOf(period, ["day"])),
  ]);
  return only(rows);
}

/** The summaries by days, and by days and projects. */
export async function summarizeTwice(db: Database, period: Period) {
  const [, , days, cells] = await db.batch([
    demandReadable(db, period),
    prepare(db),
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

/**
 * Entries that overlap no other and lie in one day, as most do, are added up as they are. The others are cut, and of what
 * overlaps it is asked for each group what was covered already: that takes ten times as long.
 */
function summaryOf(period: Period, groups: Group[], { filter = {}, comparing = false }: Options = {}): SQL {
  const keyNames = groups.map((_, index) => sql.identifier(`key${index}`));
  const parts = groups.map((group) => GROUPS[group]);
  const keysOf = (condition: SQL) =>
    parts.map(({ key }, index) => sql`case when ${condition} then ${key} end as ${keyNames[index]},`);
  const texts = array(parts.map(({ text }, index) => text(sql`${keyNames[index]}`)));
  const labels = array(parts.map(({ text, label = text }, index) => label(sql`${keyNames[index]}`)));
  const names = sql.join(keyNames.map((name) => sql`, ${name}`));
  const tagged = groups.includes("tag")
    ? sql`left join time_entry_tags tagged on tagged.entry_id = s.entry_id`
    : sql``;
  return sql`
    with frame as materialized (${frameOf(period)}),
    -- The first slot is for all that was before the period, the others are its days.
    bounds as materialized (
      select array_agg(starts order by slot) as cuts, min(starts) as opens, max(starts) as closes
      from (
        select 1 as slot, day_start(${comparing ? sql`first - (last - first + 1)` : sql`first`}, zone, minutes) as starts from frame
        union all
        select 2 + (d.day - first), d.starts from frame, day_starts(first, last + 1, zone, minutes) d
      ) as slots
    ),
    placed as materialized (
      select entry_id, owner_id, project_id, task_id, kind, starts, ends, slot, last_slot,
        slot = last_slot and coalesce(reached <= starts, true) and coalesce(following >= ends, true)
          ${groups.includes("hour") ? sql`and slot = 1` : sql``} as is_alone
      from (
        select *,
          width_bucket(starts, (select cuts from bounds)) as slot,
          width_bucket(ends - interval '1 microsecond', (select cuts from bounds)) as last_slot,
          max(ends) over earlier as reached, lead(started_at) over earlier as following
        from (${entriesOf(period, filter)}) as entries
        window earlier as (${byOwner(period)} order by started_at rows between unbounded preceding and 1 preceding)
      ) as entries
    ),
    alone as materialized (
      select slot > 1 as is_present, ${sql.join(keysOf(sql`slot > 1`), sql` `)}
        sum(ends - starts) as tracked, sum(ends - starts) as covered, count(*) as entries
      from (select placed.*, first + (slot - 2) as day, null::int as hour, week_start from frame, placed where is_alone) as s ${tagged}
      group by slot > 1 ${names}
    ),
    pieces as materialized (
      select entry_id, owner_id, project_id, task_id, kind, zone, week_start, piece > 1 as is_present, first + (piece - 2) as day,
        greatest(starts, cuts[piece]) as starts, least(ends, cuts[piece + 1]) as ends
      from frame, bounds, placed, generate_series(slot, last_slot) as piece
      -- A day that a zone left out has no piece.
      where not is_alone and cuts[piece] < cuts[piece + 1]
    ),
    cut as (
      select s.is_present, ${sql.join(keysOf(sql`true`), sql` `)} s.entry_id, s.owner_id,
        ${groups.includes("hour") ? sql`s.step_starts as starts, s.step_ends as ends` : sql`s.starts, s.ends`}
      from ${groups.includes("hour") ? byHour : sql`pieces s`} ${tagged} where s.is_present
    ),
    grouped as materialized (
      select ${texts} as keys, ${labels} as labels, sum(tracked) as tracked, sum(covered) as covered, sum(entries) as entries
      from (
        select * from alone where is_present union all ${sumsOf("cut", sql`is_present ${names}`)}
      ) as sums group by is_present ${names}
    ),
    wholes as materialized (
      select is_present, sum(tracked) as tracked, sum(covered) as covered, sum(entries) as entries
      from (
        ${
          groups.includes("tag")
            ? sql`select slot > 1 as is_present, sum(ends - starts) as tracked, sum(ends - starts) as covered, count(*) as entries
                from placed where is_alone group by slot > 1`
            : sql`select is_present, tracked, covered, entries from alone`
        }
        union all ${sumsOf("pieces", sql`is_present`)}
      ) as sums group by is_present
    )
    select first::text as "from", last::text as "to", zone as timezone,
      ${secondsOf("whole.tracked")} as tracked_seconds, ${secondsOf("whole.covered")} as covered_seconds,
      coalesce(whole.entries, 0)::int as entries,
      json_build_object(
        'from', (first - (last - first + 1))::text, 'to', (first - 1)::text,
        'tracked_seconds', ${secondsOf("past.tracked")}, 'covered_seconds', ${secondsOf("past.covered")},
        'entries', coalesce(past.entries, 0)) as previous,
      (select coalesce(json_agg(json_build_object(
          'keys', keys, 'labels', labels, 'tracked_seconds', ${secondsOf("tracked")},
          'covered_seconds', ${secondsOf("covered")}, 'entries', entries) order by keys), '[]')
        from grouped where ${groups.length > 0}) as groups
    from frame left join wholes whole on whole.is_present left join wholes past on not past.is_present`;
}

/** The entries of the period and of the one before, as far as they are in them; what is long has an index of its own. */
const entriesOf = (period: Period, filter: SliceFilter) => {
  const entries = (condition: SQL) => sql`
    select e.id as entry_id, e.owner_id, e.project_id, e.task_id, e.kind, e.started_at,
      greatest(e.started_at, (select opens from bounds)) as starts,
      least(coalesce(e.ended_at, ${period.now.toISOString()}::timestamptz), (select closes from bounds)) as ends
    from time_entries e
    where not e.is_deleted and ${ofOwner(period)} and ${condition} and ${matching(filter)}
      and coalesce(e.ended_at, ${period.now.toISOString()}::timestamptz) > greatest(e.started_at, (select opens from bounds))`;
  return sql`${entries(sql`e.started_at >= (select opens - interval '24 hours' from bounds) and e.started_at < (select closes from bounds)`)}
    union all ${entries(sql`e.started_at < (select opens - interval '24 hours' from bounds)
      and (e.ended_at is null or e.ended_at - e.started_at > interval '1 day')`)}`;
};

const ofOwner = ({ actorId, owner = actorId }: Period) =>
  owner === "all" ? sql`true` : sql`e.owner_id = ${owner}::uuid`;

/** One person's entries need not be told apart, and so come in order from the index. */
const byOwner = ({ owner }: Period) => (owner === "all" ? sql`partition by owner_id` : sql``);

const secondsOf = (interval: string) =>
  sql`coalesce(floor(extract(epoch from ${sql.raw(interval)})), 0)::float8`;

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
 * in which no gap was longer than two minutes; breaks are no work. What was begun in between on another project ends it. Of
 * entries that were planned it tells how many lasted as long as they were meant to, in the period or not.
 */
export async function measureFocus(db: Database, period: Period) {
  const statement = sql`
    with frame as materialized (${frameOf(period)}),
    work as materialized (
      select t.entry_id, t.owner_id, t.project_id, min(t.starts) as starts, max(t.ends) as ends
      from frame, time_slices(${ownerOf(period)}, first, last, zone, minutes, now) t
      where t.kind <> 'break' group by t.entry_id, t.owner_id, t.project_id
    ),
    steps as (
      select *, row_number() over w > 1 and lag(project_id) over w is distinct from project_id as is_switch,
        max(ends) over (w rows between unbounded preceding and 1 preceding) as reached
      from work window w as (partition by owner_id order by starts, ends, entry_id)
    ),
    runs as (
      select *, count(*) filter (where is_switch) over (partition by owner_id order by starts, ends, entry_id) as run from steps
    ),
    -- What the work on one project reached, whatever else went on.
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
      select extract(epoch from coalesce(e.ended_at, now) - e.started_at) >= e.planned_seconds as is_completed
      from frame, work join time_entries e on e.id = work.entry_id where e.planned_seconds > 0
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
  const [, , { rows }] = await db.batch([
    demandReadable(db, period),
    prepare(db),
    db.execute<Focus>(statement),
  ]);
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
const LOOK_BACK_DAYS = 3653;

/** One row: the day before the first entry of `actorId`, which is the first of the ten years at the earliest. Needs a `frame`. */
export const historyOf = (actorId: string) => sql`
  select greatest(today - ${LOOK_BACK_DAYS}::int, least(today, (
    select (started_at at time zone zone)::date - 1 from time_entries
    where owner_id = ${actorId} and not is_deleted order by started_at limit 1))) as first_day
  from frame`;

/**
 * On how many days in a row of the last ten years the user worked for as long as their settings ask for. Today does not
 * break a row that it has not met yet; a day that their zone left out is no day.
 */
export async function measureStreak(db: Database, period: Period) {
  const statement = sql`
    with frame as materialized (${frameOf(period)}),
    history as materialized (${historyOf(period.actorId)}),
    slices as (
      select t.day, t.starts, t.ends, max(ends) over (
        partition by t.day order by t.starts rows between unbounded preceding and 1 preceding) as reached
      from frame, history, time_slices(${ownerOf(period)}, first_day, today, zone, minutes, now) t
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
    clientId && sql`e.project_id in (select id from projects where client_id = ${clientId})`,
    projectId && sql`e.project_id = ${projectId}`,
    taskId && sql`e.task_id = ${taskId}`,
    tagId && sql`e.id in (select entry_id from time_entry_tags where tag_id = ${tagId})`,
    kind && sql`e.kind = ${kind}`,
    isBillable === undefined ? undefined : sql`e.is_billable = ${isBillable}`,
  ].filter((condition): condition is SQL => Boolean(condition));
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** The pieces cut again at the hours of local clocks: all zones of this day and age begin theirs at a quarter of ours. */
const byHour = sql`(
  select p.*, extract(hour from step at time zone zone)::int as hour,
    greatest(p.starts, step) as step_starts, least(p.ends, step + interval '15 minutes') as step_ends
  from pieces p, generate_series(
    date_bin('15 minutes', p.starts, timestamptz '2000-01-01 00:00Z'), p.ends - interval '1 microsecond', '15 minutes') as step
) s`;

/** What the rows of `from` amount to, for each of `by`; what each person did at once is covered once. */
const sumsOf = (from: "cut" | "pieces", by: SQL) => sql`
  select ${by}, sum(ends - starts), sum(${UNCOVERED}), count(distinct entry_id)
  from (
    select *, max(ends) over (
      partition by ${by}, owner_id order by starts rows between unbounded preceding and 1 preceding) as reached
    from ${sql.raw(from)}
  ) as reaching group by ${by}`;

const array = (parts: SQL[]) => sql`array[${sql.join(parts, sql`, `)}]::text[]`;

/** Demands that the time is the actor's own, or that they hold `reports:read_any`. */
function demandReadable(db: Database, { actorId, owner = actorId }: Period) {
  const names = owner === actorId ? sql`'{}'::text[]` : sql`'{reports:read_any}'::text[]`;
  return demandHolding(db, actorId, names, "You cannot read the time of others.");
}

/**
 * Lets the statements after it have memory enough for a year, and run at once: compiling them, which Postgres means to save
 * time, takes longer than they do.
 */
const prepare = (db: Database) =>
  db.execute(sql`select set_config('jit', 'off', true), set_config('work_mem', '32MB', true)`);

/** The one row of a report. */
export function only<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error("A report has one row.");
  return row;
}
