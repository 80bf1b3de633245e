import { type SQL, sql } from "drizzle-orm";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { prepareCostlyRead, requireSingleReport } from "../../../../database/costly-reads.ts";
import { requireThat } from "../../../../database/preconditions.ts";
import { bytesInAnswer } from "../../../../database/proxy-limits.ts";
import { expectOneRow } from "../../../../database/rows.ts";
import { inOrderOfNames } from "../../../../database/tables/names.ts";
import { MAX_DAYS } from "../periods.ts";
import { type Instant, NAME, requireSelf } from "./person.ts";
import { refreshSlots } from "./slots.ts";
import {
  answerTooLarge,
  MAX_ANSWER_BYTES,
  matchesFilter,
  type ReportQuery,
  requireCountable,
  spanOf,
} from "./span.ts";

/** Dimensions by which the time of a report is divided. */
export const DIMENSIONS = [
  "project",
  "language",
  "category",
  "editor",
  "operating_system",
  "machine",
] as const;

/** Dimensions of a report of one project. Entities are only known if heartbeats are read. */
export const PROJECT_DIMENSIONS = [...DIMENSIONS, "branch", "entity"] as const;

export type Dimension = (typeof PROJECT_DIMENSIONS)[number] | "dependency";

/** The seconds of one name of a dimension, or the total. */
export interface Part {
  /** Null in a report that is not divided by days. */
  day: string | null;
  /** Null for the total. */
  dimension: Dimension | null;
  name: string | null;
  seconds: number;
}

/** A report of the caller's activity in a period. */
export interface Report extends Record<string, unknown> {
  user_id: string;
  username: string;
  /** First and last name of the user, if known. */
  name: string | null;
  first: string;
  last: string;
  includes_today: boolean;
  /** Longest time between two heartbeats that counts. */
  idle_seconds: number;
  zone: string;
  start: Instant;
  end: Instant;
  parts: Part[];
}

/** A report that is divided by days. */
export interface DailyReport extends Report {
  days: { day: string; start: Instant; end: Instant; has_begun: boolean }[];
}

/** A report of a whole period. It may cover only a part of the period while slots are built. */
export interface WholeReport extends Report {
  /** Number of days that have begun, and number of those with any activity; null if not requested. */
  day_count: number | null;
  busy_days: number | null;
  /** The day with the most activity, if there is any activity. */
  best_day: { date: string; seconds: number } | null;
  /** Percentage of the time that is counted. */
  percent: number;
}

interface Shape {
  /** Division by days: a report is divided by them, counts them, or ignores them, as the report of all time does. */
  days: "apart" | "counted" | "none";
  dimensions: readonly (typeof PROJECT_DIMENSIONS)[number][];
  /** True for a report that is also divided by the dependencies of files. */
  withDependencies: boolean;
}

/** Returns the caller's activity of each day. @throws AppError BUSINESS_LOGIC_ERROR for too large an answer */
export const reportDays = (
  db: Database,
  user: string,
  query: ReportQuery,
  shape: Omit<Shape, "days">,
): Promise<DailyReport> => report(db, user, query, { ...shape, days: "apart" });

/** Returns the caller's activity of the whole period. @throws AppError BUSINESS_LOGIC_ERROR for too large an answer */
export const reportWhole = (
  db: Database,
  user: string,
  query: ReportQuery,
  shape: Omit<Shape, "days"> & { days: "counted" | "none" },
): Promise<WholeReport> => report(db, user, query, shape);

async function report<Found extends Report>(
  db: Database,
  user: string,
  query: ReportQuery,
  shape: Shape,
): Promise<Found> {
  const { report } = await batch(db, {
    preconditions: [requireSelf(db, user), requireDays(db, query)],
    preparation: prepareCostlyRead(db),
    // All time is in slots, and clients request it at the same time as other reports.
    exclusive:
      query.days.isOverWeek && shape.days !== "none" ? requireSingleReport(db) : db.execute(sql`select`),
    refreshed: refreshSlots(db, query.days.isLongRange),
    countable: requireCountable(
      db,
      sql`with ${spanOf(query, shape.days !== "none")}, ${sourceBoundsOf(query, shape)}`,
      sql`slots_end, read_until where at >= slots_end and at < read_until`,
    ),
    report: db.execute<Found>(reportStatement(query, shape)),
  });
  const { parts, ...found } = expectOneRow(report.rows);
  if (parts === null) throw answerTooLarge();
  return { ...found, parts } as Found;
}

/** Requires that uncounted days are in order, and at most MAX_DAYS. */
const requireDays = (db: Database, query: ReportQuery) =>
  requireThat(
    db,
    query.days.isUncounted
      ? sql`(with ${spanOf(query)} select last - first between 0 and ${MAX_DAYS - 1} from frame)`
      : sql`true`,
    "ruleViolation",
    `The period must be 1 to ${MAX_DAYS} days long, and must not end before it starts.`,
  );

/** Bytes of a part in an answer, without its name. */
const BYTES_OF_A_PART = 250;

/** Returns the statement of a report. Its parts are null if they would make too large an answer. */
const reportStatement = (query: ReportQuery, shape: Shape): SQL => sql`
    with ${spanOf(query, shape.days !== "none")},
    ${sourceBoundsOf(query, shape)},
    counted as (${stretchesByDay(query)} union all ${slotsByDay(query, shape)}),
    sums as (${sumsOf(shape)}),
    parts as materialized (${sql.join(groupsOf(shape), sql` union all `)})
    select u.id as user_id, u.username, ${NAME} as name, first::text, last::text, zone,
      today between first and last as includes_today, extract(epoch from idle)::int as idle_seconds, span.begins as start, span.ends as "end",
      ${COLUMNS[shape.days]},
      case when (select coalesce(sum(${BYTES_OF_A_PART} + ${bytesInAnswer(sql`to_json(name)`)}), 0) from parts) <= ${MAX_ANSWER_BYTES} then
        (select coalesce(json_agg(json_build_object('day', p.day::text, 'dimension', p.dimension, 'name', p.name,
          'seconds', p.seconds) order by p.day, p.seconds desc, ${inOrderOfNames(sql`p.name`)}), '[]') from parts p) end as parts
    from frame, span, read_until, users u where u.id = actor()`;

const PERCENT = sql`
  case when read_until >= ends then 100
    else least(99, floor(100 * extract(epoch from read_until - begins) / extract(epoch from least(ends, now()) - begins))) end::int as percent`;

/** Columns that only one kind of report has. */
const COLUMNS: Record<Shape["days"], SQL> = {
  apart: sql`
    (select json_agg(json_build_object('day', d.day::text, 'start', d.starts, 'end', d.ends, 'has_begun', d.starts <= now()) order by d.day)
      from days d where d.starts < d.ends) as days`,
  counted: sql`
    (select count(*)::int from days d where d.starts < d.ends and d.starts <= now()) as day_count,
    (select count(distinct day)::int from sums) as busy_days,
    (select json_build_object('date', day, 'seconds', extract(epoch from sum(length))::float8)
      from sums group by day order by sum(length) desc, day limit 1) as best_day, ${PERCENT}`,
  none: sql`null as day_count, null as busy_days, null as best_day, ${PERCENT}`,
};

/** Maximum number of heartbeats that one report of a whole period adds up. The rest must be in slots first. */
const MAX_HEARTBEATS = 200_000;

/**
 * Returns the CTEs `slots_end` and `read_until`, between which heartbeats are counted. Before `slots_end`, slots are. Slots can't be used
 * with another idle timeout, or if days begin within one. `read_until` limits the heartbeats of a report of a whole period.
 */
const sourceBoundsOf = ({ days, filter, idleSeconds }: ReportQuery, shape: Shape) => {
  const needsHeartbeats = filter.writesOnly || idleSeconds !== undefined;
  const until = days.isLongRange
    ? sql`slots_until(actor(), idle)`
    : sql`(select kept_since from heartbeat_states where user_id = actor())`;
  const mayEndEarly = shape.days !== "apart" && days.isLongRange && !needsHeartbeats;
  return sql`
    slots_end as materialized (
      select least(greatest(begins, ${needsHeartbeats ? sql`null` : sql`case when is_of_slots then ${until} end`}), ends) as slots_end
      from frame, span
    ),
    read_until as materialized (
      select ${
        mayEndEarly
          ? sql`coalesce((
              select at from heartbeats where is_of_slots and user_id = actor() and at >= slots_end and at < ends
              order by at offset ${MAX_HEARTBEATS} limit 1), ends)`
          : sql`ends`
      } as read_until
      from slots_end, span
    )`;
};

/** Selects the slots that match the filter, with `day`. A report of all time includes the slot in which the first day begins. */
const slotsByDay = ({ filter }: ReportQuery, { days }: Shape) => sql`
  select first + (width_bucket(s.slot, span.starts) - 1) as day, s.length, s.project, s.language, s.category, s.editor,
    s.operating_system, s.machine, s.branch, null, null
  from frame, span, slots_end, heartbeat_slots s
  where s.user_id = actor() and s.slot < slots_end.slots_end
    and s.slot >= ${days === "none" ? sql`slot_of(span.begins) and span.begins < slots_end.slots_end` : sql`span.begins`} and ${matchesFilter(filter, "slots")}`;

/** Selects the stretches after the slots that match the filter, cut at the ends of days: with `day` and `length`. */
const stretchesByDay = ({ filter }: ReportQuery) => sql`
  select first + (slot - 1) as day, least(s.ends, span.starts[slot + 1]) - greatest(s.starts, span.starts[slot]) as length,
    s.project, s.language, s.category, s.editor, s.operating_system, s.machine, s.branch, s.entity, s.details
  from frame, span, slots_end, read_until, heartbeat_stretches(actor(), slots_end.slots_end, read_until.read_until, idle) s,
    lateral generate_series(
      width_bucket(s.starts, span.starts), width_bucket(s.ends - interval '1 microsecond', span.starts)) as slot
  where ${matchesFilter(filter)}`;

/** Sums the lengths by all dimensions together: grouping these sums by each dimension is far less work than grouping the rows. */
const sumsOf = ({ days, dimensions }: Shape) => {
  const columns = [...(days === "none" ? [] : [sql`day`]), ...dimensions.map((name) => sql.identifier(name))];
  if (columns.length === 0) return sql`select sum(length) as length from counted having count(*) > 0`;
  const names = sql.join(columns, sql`, `);
  return sql`select ${names}, sum(length) as length from counted group by ${names}`;
};

/** Returns the selects of the totals, and of the sums for each name of each dimension. */
function groupsOf({ days, dimensions, withDependencies }: Shape): SQL[] {
  const byDay = days === "apart";
  const day = byDay ? sql`day` : sql`null::date`;
  const seconds = sql`extract(epoch from sum(length))::float8`;
  const whole = sql`
    select ${day} as day, null as dimension, null as name, ${seconds} as seconds
    from sums ${byDay ? sql`group by day` : sql``} having count(*) > 0`;
  if (dimensions.length === 0) return [whole];
  const columns = dimensions.map((dimension) => sql.identifier(dimension));
  const sets = columns.map((column) => (byDay ? sql`(day, ${column})` : sql`(${column})`));
  const dimension = sql`case ${sql.join(
    columns.map((column, n) => sql`when grouping(${column}) = 0 then ${sql.raw(`'${dimensions[n]}'`)}`),
    sql` `,
  )} end`;
  const names = sql`case ${sql.join(
    columns.map((column) => sql`when grouping(${column}) = 0 then ${column}`),
    sql` `,
  )} end`;
  const grouped = sql`
    select ${day} as day, ${dimension} as dimension, ${names} as name, ${seconds} as seconds
    from sums group by grouping sets (${byDay ? sql`(day)` : sql`()`}, ${sql.join(sets, sql`, `)})
    having count(*) > 0`;
  const dependencies = sql`
    select ${day}, 'dependency', dependency, ${seconds}
    from counted, jsonb_array_elements_text(coalesce(details->'dependencies', '[]')) as dependency
    group by ${byDay ? sql`day, dependency` : sql`dependency`}`;
  return withDependencies ? [grouped, dependencies] : [grouped];
}
