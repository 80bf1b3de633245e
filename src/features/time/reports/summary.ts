import { type SQL, sql } from "drizzle-orm";
import { AppError } from "../../../core/errors.ts";
import { hasRequestedOwner, isReadableBy, organizationIn } from "../../../database/ownership.ts";
import { bytesInAnswer } from "../../../database/proxy-limits.ts";
import { expectOneRow } from "../../../database/rows.ts";
import { holdsWithin } from "../../../database/within.ts";
import { frameOf, ownerOf, type Period, UNCOVERED } from "../period.ts";
import type { Group } from "./groups.ts";

/** Filters of the time that counts. All given filters must match. */
interface SliceFilter {
  clientId?: string | undefined;
  projectId?: string | undefined;
  taskId?: string | undefined;
  tagId?: string | undefined;
  kind?: string | undefined;
  isBillable?: boolean | undefined;
}

/** Options of a summary, besides its period and groups. */
export interface Options {
  filter?: SliceFilter;
  /** True to read the preceding period as well. Otherwise `previous` is null. */
  isCompared?: boolean;
}

interface Sums {
  tracked_seconds: number;
  covered_seconds: number;
  /** Part of both sums that is activity; only with activity. */
  activity_seconds?: number;
  entries: number;
}

interface Totals extends Sums {
  from: string;
  to: string;
  timezone: string;
  previous: (Sums & { from: string; to: string }) | null;
}

interface Summary extends Totals {
  groups: (Sums & { keys: (string | null)[]; labels: (string | null)[] })[];
}

/**
 * Row of a summary as the database returns it. Its groups are in columns, which PostgreSQL writes in half the time; columns are null if
 * there are no groups. `groups` is null if the answer would be too long.
 */
export interface SummaryRow extends Totals, Record<string, unknown> {
  groups: {
    keys: ((string | null)[] | null)[];
    /** Null where the labels equal the keys. */
    labels: ((string | null)[] | null)[];
    tracked_seconds: number[] | null;
    covered_seconds: number[] | null;
    activity_seconds?: number[] | null;
    entries: number[] | null;
  } | null;
}

/** Approximate maximum number of bytes that the database returns for the groups of a report. */
const MAX_BYTES_OF_GROUPS = 8_000_000;
/** Approximate number of bytes of a group without its labels. */
const BYTES_OF_A_GROUP = 250;

/** Returns the error for a report with too many groups. */
export const tooManyGroups = () =>
  new AppError("BUSINESS_LOGIC_ERROR", {
    message: "Too many groups for one report. Request fewer days, or group by fewer fields.",
  });

/** Returns the summary in the only row. @throws AppError BUSINESS_LOGIC_ERROR for too many groups */
export function readSummary(rows: SummaryRow[]): Summary {
  const { groups, ...totals } = expectOneRow(rows);
  if (groups === null) throw tooManyGroups();
  const { keys, labels, tracked_seconds, covered_seconds, activity_seconds, entries } = groups;
  return {
    ...totals,
    groups: (entries ?? []).map((count, row) => ({
      keys: keys.map((column) => column?.[row] ?? null),
      labels: labels.map((column, index) => (column ?? keys[index])?.[row] ?? null),
      tracked_seconds: tracked_seconds?.[row] ?? 0,
      covered_seconds: covered_seconds?.[row] ?? 0,
      ...(activity_seconds && { activity_seconds: activity_seconds[row] ?? 0 }),
      entries: count,
    })),
  };
}

/** Grouping of the slices `s`. */
interface Grouping {
  key: SQL;
  /** Returns the text of a key. */
  text: (key: SQL) => SQL;
  /** Returns the label of a key, if it differs from the text. */
  label?: (key: SQL) => SQL;
  /** Table of the name, and the name of a row. The table is also the resource that the reader must be allowed to read. */
  named?: readonly [table: string, name: (row: SQL, period: Period) => SQL];
  /** Column of time entries from which the key is read. */
  column?: "id" | "owner_id" | "project_id" | "task_id" | "kind";
  join?: SQL;
}

const asText = (key: SQL) => sql`${key}::text`;

const nameIn = (row: SQL) => sql`${row}.name`;

/** Returns the username of a row of users. An organization keeps the time of an erased account, without its name. */
const usernameOf = (row: SQL, period: Period) =>
  organizationIn(period) === undefined
    ? sql`${row}.username`
    : sql`case ${row}.username when 'erased-' || ${row}.id then 'Former member' else ${row}.username end`;

/** Groupings by name. Keys become text only after grouping, because text is slow to create and compare. */
const GROUPS: Record<Group, Grouping> = {
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
    named: ["users", usernameOf],
    column: "owner_id",
  },
  client: {
    key: sql`project.client_id`,
    text: asText,
    named: ["clients", nameIn],
    column: "project_id",
    join: sql` left join projects project on project.id = s.project_id`,
  },
  project: { key: sql`s.project_id`, text: asText, named: ["projects", nameIn], column: "project_id" },
  task: { key: sql`s.task_id`, text: asText, named: ["tasks", nameIn], column: "task_id" },
  tag: {
    key: sql`tagged.tag_id`,
    text: asText,
    named: ["tags", nameIn],
    column: "id",
    join: sql` left join time_entry_tags tagged on tagged.entry_id = s.id`,
  },
  kind: { key: sql`s.kind`, text: asText, column: "kind" },
};

/**
 * Returns the statement that reads the time of a period in one row, in total and by `groups`.
 *
 * Entries that overlap no other entry and lie within one day, as most do, are added up directly. The others are cut into pieces, and
 * each group counts only the time of a piece that earlier pieces did not cover, which takes ten times as long. Activity, if included,
 * overlaps nothing, and is added up directly.
 */
export function summaryOf(
  period: Period,
  groups: Group[],
  { filter = {}, isCompared = false }: Options = {},
): SQL {
  const parts = groups.map((group) => GROUPS[group]);
  const keyNames = groups.map((_, index) => sql`${sql.identifier(`key${index}`)}`);
  const keys = sql.join(parts.map(({ key }, index) => sql`${key} as ${keyNames[index]}, `));
  const texts = parts.map(({ text }, index) => sql`array_agg(${text(sql`${keyNames[index]}`)})`);
  const labelNames = groups.map((_, index) => sql`${sql.identifier(`label${index}`)}`);
  const labels = parts.map(({ named, label }, index) =>
    named || label ? sql`array_agg(${labelNames[index]})` : sql`null`,
  );
  const nameOf = (index: number) => sql`${sql.identifier(`named${index}`)}`;
  const names = sql.join(
    parts.map(({ named, label }, index) => {
      if (named) return sql`${named[1](nameOf(index), period)} as ${labelNames[index]}, `;
      return label ? sql`${label(sql`${keyNames[index]}`)} as ${labelNames[index]}, ` : sql``;
    }),
  );
  const nameJoins = sql.join(
    parts.map(({ named }, index) =>
      named ? joinNames(period, named[0], nameOf(index), keyNames[index]) : sql``,
    ),
  );
  const bytesOf = sql.join(
    [
      sql`${BYTES_OF_A_GROUP}::int`,
      ...parts.flatMap(({ named }, index) =>
        named ? [sql`coalesce(${bytesInAnswer(sql`to_json(${labelNames[index]})`)}, 0)`] : [],
      ),
    ],
    sql` + `,
  );
  const inOrder = groups.length > 0 ? sql` order by ${sql.join(keyNames, sql`, `)}` : sql``;
  const joined = sql.join(parts.flatMap(({ join = [] }) => join));
  const columns = columnsOf(period, ...parts.flatMap(({ column = [] }) => column));
  const isByHour = groups.includes("hour");
  const { whenIncluded, emptyColumn, selectSums, selectActivity } = activityFragments(period);
  const inPeriod = sql`day >= (select first from frame)`;
  return sql`
    with ${frameOf(period, sql`zone, minutes, week_start, first, last`)},
    bounds as materialized (
      select * from (
        select cuts, cuts[1] as opens, cuts[cardinality(cuts)] as closes
        from (select array_agg(starts order by day) as cuts from frame, day_starts(first, last + 1, zone, minutes)) as days
      ) as days, ${longEntriesOf(period, "days")}
    ),
    -- Entries without overlap within a day share a row for each day and grouping; each other entry has its own row, with its id.
    gathered as materialized (
      select ${columns} slot, entry_id, sum(ends - started_at) as tracked, count(*) as entries,
        min(started_at) as started_at, max(ends) as ends
      from (
        select ${columns} slot, started_at, ends,
          case when is_alone ${isByHour ? sql`and false` : sql``} and ends <= (select cuts from bounds)[slot + 1] then null
            else entry_id end as entry_id
        from (
          select *, width_bucket(started_at, (select cuts from bounds)) as slot
          from (${entriesOf(period, filter, "bounds", columns)}) as entries
        ) as placed
      ) as told
      group by ${columns} slot, entry_id
    ),
    alone as (
      select gathered.*, first + (slot - 1) as day, null::int as hour, week_start from frame, gathered where entry_id is null
    ),
    others as materialized (
      select ${columns} entry_id, slot, greatest(started_at, opens) as starts, least(ends, closes) as ends
      from gathered, bounds where entry_id is not null
    ),
    pieces as materialized (
      select ${columns} entry_id, zone, week_start, first + (piece - 1) as day,
        greatest(starts, cuts[piece]) as starts, least(ends, cuts[piece + 1]) as ends
      from frame, bounds, (
        select *, generate_series(
          greatest(slot, 1), width_bucket(ends - interval '1 microsecond', (select cuts from bounds))) as piece
        from others
      ) as others
      -- A day that a zone skipped has no piece.
      where cuts[piece] < cuts[piece + 1]
    ),
    ${whenIncluded(automaticOf(period, filter, isCompared))}
    cut as (
      select ${keys} s.* from ${isByHour ? cutByHour(sql`pieces`, columns) : sql`pieces`} as s ${joined}
    ),
    grouped as materialized (
      select ${sql.join(keyNames.map((name) => sql`${name}, `))} ${selectSums}
      from (
        select ${keys} tracked, tracked as covered, entries ${emptyColumn} from alone as s ${joined}
        union all select * ${emptyColumn} from (${sumsOfPieces(period, keyNames, sql`cut`, groups.includes("day") && !isByHour)}) as of_pieces
        ${whenIncluded(sql`
          union all select ${keys} ${selectActivity}
          from (select * from ${isByHour ? cutByHour(sql`automatic`, columns) : sql`automatic`} as each where ${inPeriod}) as s
            ${joined} ${groupBy(keyNames)}`)}
      ) as sums ${groupBy(keyNames)}
    ),
    whole as materialized (
      select ${selectSums}
      from (
        select sum(tracked) as tracked, sum(tracked) as covered, sum(entries) as entries ${emptyColumn} from gathered where entry_id is null
        union all select * ${emptyColumn} from (${sumsOfPieces(period, [], sql`others`, true)}) as of_pieces
        ${whenIncluded(sql`union all select ${selectActivity} from automatic where ${inPeriod}`)}
      ) as sums
    ),
    named as materialized (
      select ${names} grouped.* from grouped ${nameJoins} where ${groups.length > 0} ${inOrder}
    )
    select first::text as "from", last::text as "to", zone as timezone,
      ${secondsOf("whole.tracked")} as tracked_seconds, ${secondsOf("whole.covered")} as covered_seconds,
      ${whenIncluded(sql`${secondsOf("whole.seen")} as activity_seconds,`)}
      coalesce(whole.entries, 0)::int as entries, ${isCompared ? previousOf(period, filter) : sql`null`} as previous,
      case when (select coalesce(sum(${bytesOf}), 0) from named) <= ${MAX_BYTES_OF_GROUPS} then (
        select json_build_object(
          'keys', json_build_array(${sql.join(texts, sql`, `)}), 'labels', json_build_array(${sql.join(labels, sql`, `)}),
          'tracked_seconds', array_agg(${secondsOf("tracked")}), 'covered_seconds', array_agg(${secondsOf("covered")}),
          ${whenIncluded(sql`'activity_seconds', array_agg(${secondsOf("seen")}),`)} 'entries', array_agg(entries))
        from named) end as groups
    from frame, whole`;
}

/** Returns the SQL that a summary adds if activity is included, so that summaries without activity do not pay for it. */
function activityFragments({ withActivity }: Period) {
  const whenIncluded = (part: SQL) => (withActivity ? part : sql``);
  return {
    whenIncluded,
    /** Column that follows the sums of entries. */
    emptyColumn: whenIncluded(sql`, null::interval as seen`),
    selectSums: sql`sum(tracked) as tracked, sum(covered) as covered, sum(entries) as entries ${whenIncluded(sql`, sum(seen) as seen`)}`,
    /** Sums of activity, in the same columns. */
    selectActivity: sql`sum(ends - starts) as tracked, sum(ends - starts) as covered, 0 as entries, sum(ends - starts) as seen`,
  };
}

/**
 * Returns the table `automatic`: pieces of activity that no entry covers, including the preceding period if it is compared. They overlap
 * nothing, have no task or tag, and are not billable.
 */
function automaticOf(period: Period, filter: SliceFilter, isCompared: boolean): SQL {
  const { clientId, projectId, taskId, tagId, kind, isBillable } = filter;
  const canMatch = !(taskId || tagId || kind || isBillable);
  const first = isCompared ? sql`first - (last - first + 1)` : sql`first`;
  return sql`
    automatic as materialized (
      select e.*, e.entry_id as id, zone, week_start, null::int as hour
      from frame, activity_slices(
        ${ownerOf(period)}, ${first}, last, zone, minutes, ${period.now.toISOString()}::timestamptz) e
      where ${canMatch} and ${matchesFilter({ clientId, projectId })}
    ),`;
}

/**
 * Returns the join with the names of keys that the actor may read. Other users' names require more than the permission to read reports:
 * `users:read`, or in a report of an organization, its grant to read members.
 */
function joinNames(period: Period, table: string, name: SQL, key: SQL | undefined): SQL {
  const { actorId: readerId } = period;
  const organization = organizationIn(period);
  const knowsMembers = organization
    ? sql`(select ${holdsWithin(readerId, organization, ["members:read"])})`
    : sql`false`;
  const isReadable =
    table === "users"
      ? sql`(${name}.id = ${readerId} or (select holds_all(${readerId}, '{users:read}')) or ${knowsMembers})`
      : isReadableBy(name, readerId, table);
  return sql` left join ${sql.identifier(table)} ${name} on ${name}.id = ${key} and ${isReadable}`;
}

/** Returns the columns to read of each entry besides its id and time, each followed by a comma. */
const columnsOf = ({ owner }: Period, ...others: string[]) =>
  sql.join(
    [...new Set([...(owner === "all" ? ["owner_id"] : []), ...others])].map(
      (name) => sql`${sql.identifier(name)}, `,
    ),
  );

/** Returns the time of the preceding period of the same length, as JSON. */
function previousOf(period: Period, filter: SliceFilter): SQL {
  const { whenIncluded, emptyColumn, selectSums, selectActivity } = activityFragments(period);
  return sql`(
    with bounds_before as materialized (
      select * from (
        select first - (last - first + 1) as day, day_start(first - (last - first + 1), zone, minutes) as opens, bounds.opens as closes
        from frame, bounds
      ) as days, ${longEntriesOf(period, "days")}
    ),
    owners as (
      select sum(ends - starts) as tracked, count(*) as entries, sum(ends - starts) filter (where is_alone) as alone,
        range_agg(tstzrange(starts, ends)) filter (where not is_alone) as parts
      from (
        select ${columnsOf(period)} is_alone, greatest(started_at, opens) as starts, least(ends, closes) as ends
        from bounds_before, (${entriesOf(period, filter, "bounds_before", columnsOf(period))}) as entries
      ) as entries ${period.owner === "all" ? sql`group by owner_id` : sql``}
    )
    select json_build_object(
      'from', day::text, 'to', (first - 1)::text, 'tracked_seconds', ${secondsOf("tracked")},
      'covered_seconds', ${secondsOf("covered")}, ${whenIncluded(sql`'activity_seconds', ${secondsOf("seen")},`)}
      'entries', coalesce(entries, 0))
    from frame, bounds_before, (
      select ${selectSums}
      from (
        select tracked, coalesce(alone, '0') + coalesce((select sum(upper(part) - lower(part)) from unnest(parts) as part), '0') as covered,
          entries ${emptyColumn}
        from owners
        ${whenIncluded(sql`union all select ${selectActivity} from automatic where day < (select first from frame)`)}
      ) as sums
    ) as whole)`;
}

/** Returns the span of the entries that run or last more than a day, and that reach into the days from `opens` to `closes`. */
const longEntriesOf = (period: Period, days: string) => sql`lateral (
    select coalesce(min(started_at), 'infinity') as long_opens, max(${endsOf(period)}) as long_closes
    from time_entries e
    where not is_deleted and ${hasRequestedOwner(sql`e`, period, "reports")} and ${IS_LONG}
      and started_at < ${sql.raw(days)}.closes and ${endsOf(period)} > ${sql.raw(days)}.opens
  ) as long`;

/**
 * Returns the entries that reach into the period of `bounds`, with their ends; a running entry ends now. Entries that last more than a
 * day have their own index, so that only the period and the day before it are read.
 */
function entriesOf(
  period: Period,
  filter: SliceFilter,
  bounds: "bounds" | "bounds_before",
  columns: SQL,
): SQL {
  const of = (column: string) => sql`(select ${sql.raw(column)} from ${sql.raw(bounds)})`;
  const ends = endsOf(period);
  const selected = sql`
    select ${columns} id as entry_id, started_at, ${ends} as ends,
      is_alone and (${ends} <= ${of("long_opens")} or started_at >= ${of("long_closes")}) as is_alone
    from time_entries e
    where not is_deleted and ${hasRequestedOwner(sql`e`, period, "reports")} and ${matchesFilter(filter)}`;
  return sql`${selected} and started_at >= ${of("opens")} - interval '24 hours' and started_at < ${of("closes")}
      and ${ends} > greatest(started_at, ${of("opens")})
    union all ${selected} and ${IS_LONG} and started_at < ${of("opens")} - interval '24 hours' and ${ends} > ${of("opens")}`;
}

const endsOf = ({ now }: Period) => sql`coalesce(ended_at, ${now.toISOString()}::timestamptz)`;

/** Condition of the index of long entries. */
const IS_LONG = sql`(ended_at is null or ended_at - started_at > interval '1 day')`;

function matchesFilter({ clientId, projectId, taskId, tagId, kind, isBillable }: SliceFilter): SQL {
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

/** Cuts pieces at the hours of local clocks, which in all current zones begin at a quarter of an hour in UTC. */
const cutByHour = (pieces: SQL, columns: SQL) => sql`(
  select ${columns} entry_id, day, week_start, extract(hour from step at time zone (':' || zone))::int as hour,
    greatest(starts, step) as starts, least(ends, step + interval '15 minutes') as ends
  from ${pieces} as piece, generate_series(
    date_bin('15 minutes', starts, timestamptz '2000-01-01 00:00Z'), ends - interval '1 microsecond', '15 minutes') as step
)`;

/**
 * Returns the sums of `pieces` for each of `keys`. Overlap of one user's pieces counts once in `covered`. Each entry counts once;
 * `isEntryUnique` says that `pieces` has one row for each entry of a group.
 */
function sumsOfPieces({ owner }: Period, keys: SQL[], pieces: SQL, isEntryUnique: boolean): SQL {
  const by = sql.join(keys.map((key) => sql`${key}, `));
  const parts = [...keys, ...(owner === "all" ? [sql`owner_id`] : [])];
  const partition = parts.length > 0 ? sql`partition by ${sql.join(parts, sql`, `)}` : sql``;
  return sql`
    select ${by} sum(ends - starts) as tracked, sum(${UNCOVERED}) as covered, count(${isEntryUnique ? sql`*` : sql`distinct entry_id`}) as entries
    from (
      select *, max(ends) over (${partition} order by starts rows between unbounded preceding and 1 preceding) as reached from ${pieces}
    ) as reaching ${groupBy(keys)}`;
}

const groupBy = (keys: SQL[]) => (keys.length > 0 ? sql`group by ${sql.join(keys, sql`, `)}` : sql``);

/** Returns whole seconds, as a float: the numeric that `extract` returns is slower. */
const secondsOf = (interval: string) => sql`coalesce(floor(date_part('epoch', ${sql.raw(interval)})), 0)`;
