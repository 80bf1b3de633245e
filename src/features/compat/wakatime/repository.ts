import { type SQL, sql } from "drizzle-orm";
import { AppError } from "../../../core/errors.ts";
import { PART_BYTES, PART_ITEMS } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { readyCostlyRead, requireAlone } from "../../../database/costly-reads.ts";
import { agentId, heartbeatId } from "../../../database/heartbeat-id.ts";
import { contains } from "../../../database/keyset-pagination.ts";
import { requireThat } from "../../../database/preconditions.ts";
import { bytesInAnswer } from "../../../database/proxy-limits.ts";
import { onlyRow } from "../../../database/rows.ts";
import { SQLSTATES } from "../../../database/sqlstates.ts";
import { foldCase, inOrderOfNames } from "../../../database/tables/names.ts";
import type { Days } from "./days.ts";
import type { NewHeartbeat } from "./heartbeats.ts";
import { MAX_DAYS } from "./periods.ts";
import type { Slice } from "./slices.ts";

/**
 * Of all statements here the database knows the actor and nobody else: who asks with a key is found by the guard before them.
 * `user` is whom the request names: `current`, or the id or the username that the actor must have.
 */
const requireSelf = (db: Database, user: string) =>
  requireThat(
    db,
    user === "current"
      ? sql`true`
      : sql`exists (
          select from users where id = actor() and ${foldCase(user)} in (id::text, ${foldCase(sql`username`)}))`,
    "notFound",
    "There is no such user, or you are another.",
  );

/**
 * The ids of heartbeats by their places in their batch: of those that were there before too, and of none that is too old. `zone`
 * becomes that of an account which has none chosen and was told none before.
 */
export async function storeHeartbeats(
  db: Database,
  user: string,
  heartbeats: readonly NewHeartbeat[],
  zone?: string,
) {
  const { stored } = await batch(db, {
    precondition: requireSelf(db, user),
    stored: db.execute<{ place: number; hash: string }>(sql`
      ${zone === undefined ? sql`` : sql`with told as (${takeZone(zone)})`}
      select place, hash from store_heartbeats(actor(), ${JSON.stringify(heartbeats)}::jsonb)`),
  });
  const timeAt = new Map(heartbeats.map(({ place, time }) => [place, time]));
  return new Map(stored.rows.map(({ place, hash }) => [place, heartbeatId(timeAt.get(place) ?? 0, hash)]));
}

/** The name is only looked up where the account would take it. */
const takeZone = (zone: string) => sql`
  insert into time_settings (user_id, timezone)
  select actor(), zone_name(${zone})
  where case when exists (select from time_settings where user_id = actor() and not zone_is_default) then false
    else is_zone(${zone}) end
  on conflict (user_id) do update
    set timezone = excluded.timezone, updated_at = now(), version = time_settings.version + 1
    where time_settings.zone_is_default`;

/** What a report counts. A filter never changes how long something took: see the function heartbeat_stretches. */
export interface ReportQuery {
  days: Days;
  zone: string | undefined;
  /** In place of what the actor chose. */
  idleSeconds?: number | undefined;
  filter: {
    project?: string | undefined;
    branches?: string[] | undefined;
    language?: string | undefined;
    category?: string | undefined;
    editor?: string | undefined;
    operating_system?: string | undefined;
    machine?: string | undefined;
    writesOnly?: boolean | undefined;
  };
}

/** By what the time of a report is told apart. */
export const DIMENSIONS = [
  "project",
  "language",
  "category",
  "editor",
  "operating_system",
  "machine",
] as const;

/** The same with what only reports of one project have; entities only where heartbeats are read. */
export const PROJECT_DIMENSIONS = [...DIMENSIONS, "branch", "entity"] as const;

export type Dimension = (typeof PROJECT_DIMENSIONS)[number] | "dependency";

export interface Part {
  /** Null where days are not told apart. */
  day: string | null;
  /** Null for the whole. */
  dimension: Dimension | null;
  name: string | null;
  seconds: number;
}

export interface Report extends Record<string, unknown> {
  user_id: string;
  username: string;
  /** Their first and last names, if they gave any. */
  name: string | null;
  first: string;
  last: string;
  includes_today: boolean;
  /** The longest gap between two heartbeats that counts. */
  idle_seconds: number;
  zone: string;
  start: Instant;
  end: Instant;
  parts: Part[];
}

export interface DailyReport extends Report {
  days: { day: string; start: Instant; end: Instant; has_begun: boolean }[];
}

/** A report of the whole, which may be of a part of its time while slots are built. */
export interface WholeReport extends Report {
  /** How many days have begun, and how many of them with any activity: null where that was not asked for. */
  day_count: number | null;
  busy_days: number | null;
  /** The day with the most activity, if any has some. */
  best_day: { date: string; seconds: number } | null;
  /** How much of the time is counted: 100 if all is. */
  percent: number;
}

interface Shape {
  /** Whether days are told apart, or counted, or of no matter, which they are in a report of all time. */
  days: "apart" | "counted" | "none";
  dimensions: readonly (typeof PROJECT_DIMENSIONS)[number][];
  /** Whether what files depend on is told apart too. */
  withDependencies: boolean;
}

/** How long the actor was busy each day, and with what. */
export const reportDays = (
  db: Database,
  user: string,
  query: ReportQuery,
  shape: Omit<Shape, "days">,
): Promise<DailyReport> => report(db, user, query, { ...shape, days: "apart" });

/** How long they were busy in all, and with what. */
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
    preparation: readyCostlyRead(db),
    // The time since the first heartbeat is in slots, and clients ask for it beside other reports.
    alone: query.days.isOverWeek && shape.days !== "none" ? requireAlone(db) : db.execute(sql`select`),
    refreshed: refreshSlots(db, query.days.isLongRange),
    countable: requireCountable(
      db,
      sql`with ${spanOf(query, shape.days !== "none")}, ${sourceBoundsOf(query, shape)}`,
      sql`slots_end, read_until where at >= slots_end and at < read_until`,
    ),
    report: db.execute<Found>(reportOf(query, shape)),
  });
  const { parts, ...found } = onlyRow(report.rows);
  if (parts === null) throw tooLong();
  return { ...found, parts } as Found;
}

/** Requires that days of which only the database knows how many they are be no more than may be asked for, and in order. */
const requireDays = (db: Database, query: ReportQuery) =>
  requireThat(
    db,
    query.days.areUncounted
      ? sql`(with ${spanOf(query)} select last - first between 0 and ${MAX_DAYS - 1} from frame)`
      : sql`true`,
    "ruleViolation",
    `These are not 1 to ${MAX_DAYS} days. Ask for fewer, the first one first.`,
  );

/** How many bytes an answer made in one piece takes on its way from the database at most, about. */
const MAX_ANSWER_BYTES = 9_000_000;

const tooLong = () =>
  new AppError("BUSINESS_LOGIC_ERROR", {
    message: "The answer would be too long. Ask for fewer days, or for one project.",
  });

/** How many heartbeats one report adds up. A busy month has 80,000. */
const MAX_HEARTBEATS_OF_A_REPORT = 300_000;

/** Requires that there are not too many heartbeats to add up `among` the instants that `tables` have; it looks at no more than that. */
const requireCountable = (db: Database, tables: SQL, among: SQL) =>
  db.execute(sql`
    ${tables}
    select demand(count(*) <= ${MAX_HEARTBEATS_OF_A_REPORT}, ${SQLSTATES.ruleViolation.code},
      'There are too many heartbeats in these days for one report. Ask for fewer days.')
    from (
      select from heartbeats, ${among} and user_id = actor() limit ${MAX_HEARTBEATS_OF_A_REPORT + 1}
    ) as counted`);

/** What a part takes in an answer beside its name. */
const BYTES_OF_A_PART = 250;

/** Null in place of parts that would be too long an answer. */
const reportOf = (query: ReportQuery, shape: Shape): SQL => sql`
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

/** The first and last names of the user `u`. */
const NAME = sql`nullif(concat_ws(' ', u.first_name, u.last_name), '')`;

const PERCENT = sql`
  case when read_until >= ends then 100
    else least(99, floor(100 * extract(epoch from read_until - begins) / extract(epoch from least(ends, now()) - begins))) end::int as percent`;

/** What only reports of each kind have. */
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

/**
 * How the actor counts, the days of the report, and when each begins: `frame`, `days`, `span`. Where days are of no matter, all are
 * as one: to know when each of many begins takes time. That is for all time only, which ends after all slots.
 */
const spanOf = ({ days, zone, idleSeconds }: Omit<ReportQuery, "filter">, withDays = true) => sql`
  asked as materialized (
    select f.*, make_interval(secs => coalesce(${idleSeconds ?? null}::int, s.idle_timeout_seconds, 900)) as idle
    from time_frame(actor(), demand_zone(${zone ?? null}, ${SQLSTATES.unknownZoneParameter.code}, 'query.timezone'), null, now()) f left join time_settings s on s.user_id = actor()
  ),
  frame as materialized (
    select *, ${days.first} as first, ${days.last} as last from asked
  ),
  bounds as materialized (
    select d.day, d.starts from frame, ${
      withDays
        ? sql`day_starts(first, last + 1, zone, minutes) d`
        : sql`unnest(array[first, last + 1]) as edge, day_starts(edge, edge, zone, minutes) d`
    }
  ),
  days as (
    select * from (select day, starts, lead(starts) over (order by day) as ends from bounds) as bound where ends is not null
  ),
  span as materialized (
    select array_agg(starts order by day) as starts, min(starts) as begins, max(starts) as ends,
      ${withDays ? sql`bool_and(starts = slot_of(starts))` : sql`true`} as is_of_slots
    from bounds
  )`;

/** How many heartbeats are added up for one answer about a whole: what is left must be in slots first. */
const MAX_HEARTBEATS = 200_000;

/**
 * From when on heartbeats are counted: where slots will do, from where these end. Slots of another idle timeout, and days that begin
 * within one, are of no use. And up to when: of what is in no slots yet there may be too much for a report of the whole.
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

/** How many heartbeats are added up to slots by a request that needs them. */
const MAX_HEARTBEATS_TO_BUILD = 100_000;

/** Brings slots up to date that are needed and behind by a day, as far as one request may, where anything can be written. */
const refreshSlots = (db: Database, areNeeded: boolean) =>
  db.execute(sql`
    select build_slots(s.user_id, ${MAX_HEARTBEATS_TO_BUILD}) from heartbeat_states s left join time_settings t on t.user_id = s.user_id
    where ${areNeeded} and s.user_id = actor() and current_setting('transaction_read_only') = 'off'
      and slots_until(s.user_id, make_interval(secs => coalesce(t.idle_timeout_seconds, 900))) < now() - interval '1 day'`);

/** What the filter leaves of slots, with `day`. All time has its first slot too where the first day begins within it. */
const slotsByDay = ({ filter }: ReportQuery, { days }: Shape) => sql`
  select first + (width_bucket(s.slot, span.starts) - 1) as day, s.length, s.project, s.language, s.category, s.editor,
    s.operating_system, s.machine, s.branch, null, null
  from frame, span, slots_end, heartbeat_slots s
  where s.user_id = actor() and s.slot < slots_end.slots_end
    and s.slot >= ${days === "none" ? sql`slot_of(span.begins) and span.begins < slots_end.slots_end` : sql`span.begins`} and ${matching(filter, "slots")}`;

/** What the filter leaves of the time after these, cut at the ends of days: with `day` and `length`. */
const stretchesByDay = ({ filter }: ReportQuery) => sql`
  select first + (slot - 1) as day, least(s.ends, span.starts[slot + 1]) - greatest(s.starts, span.starts[slot]) as length,
    s.project, s.language, s.category, s.editor, s.operating_system, s.machine, s.branch, s.entity, s.details
  from frame, span, slots_end, read_until, heartbeat_stretches(actor(), slots_end.slots_end, read_until.read_until, idle) s,
    lateral generate_series(
      width_bucket(s.starts, span.starts), width_bucket(s.ends - interval '1 microsecond', span.starts)) as slot
  where ${matching(filter)}`;

/** Slots know of no writes: where these matter, none are read. */
function matching(
  { branches, writesOnly, ...names }: ReportQuery["filter"],
  of: "heartbeats" | "slots" = "heartbeats",
): SQL {
  const conditions = Object.entries(names)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => sql`s.${sql.identifier(column)} = ${value}`);
  if (branches)
    conditions.push(sql`s.branch in (select jsonb_array_elements_text(${JSON.stringify(branches)}::jsonb))`);
  if (writesOnly && of === "heartbeats") conditions.push(sql`s.is_write`);
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** What is counted, once for all that is the same: to group that by each dimension is far less work. */
const sumsOf = ({ days, dimensions }: Shape) => {
  const columns = [...(days === "none" ? [] : [sql`day`]), ...dimensions.map((name) => sql.identifier(name))];
  if (columns.length === 0) return sql`select sum(length) as length from counted having count(*) > 0`;
  const names = sql.join(columns, sql`, `);
  return sql`select ${names}, sum(length) as length from counted group by ${names}`;
};

/** These in all, and for each name of each dimension. */
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
  const which = sql`case ${sql.join(
    columns.map((column, n) => sql`when grouping(${column}) = 0 then ${sql.raw(`'${dimensions[n]}'`)}`),
    sql` `,
  )} end`;
  const names = sql`case ${sql.join(
    columns.map((column) => sql`when grouping(${column}) = 0 then ${column}`),
    sql` `,
  )} end`;
  const grouped = sql`
    select ${day} as day, ${which} as dimension, ${names} as name, ${seconds} as seconds
    from sums group by grouping sets (${byDay ? sql`(day)` : sql`()`}, ${sql.join(sets, sql`, `)})
    having count(*) > 0`;
  const dependencies = sql`
    select ${day}, 'dependency', dependency, ${seconds}
    from counted, jsonb_array_elements_text(coalesce(details->'dependencies', '[]')) as dependency
    group by ${byDay ? sql`day, dependency` : sql`dependency`}`;
  return withDependencies ? [grouped, dependencies] : [grouped];
}

interface Stretches extends Record<string, unknown> {
  start: Instant;
  end: Instant;
  zone: string;
  stretches: { time: number; duration: number; project: string | null; name: string | string[] | null }[];
  branches: string[];
}

/** What the actor was busy with, one thing after the other. */
export async function listStretches(db: Database, user: string, query: ReportQuery, slice: Slice) {
  const by =
    slice === "dependencies"
      ? sql`details->>'dependencies'`
      : sql.identifier(slice === "os" ? "operating_system" : slice);
  const statement = sql`
    with ${spanOf(query)},
    marked as (
      select s.*, (lag(s.ends) over w is distinct from s.starts or lag(s.project) over w is distinct from s.project
          or lag(${by}) over w is distinct from ${by}) as is_new
      from frame, span, heartbeat_stretches(actor(), span.begins, span.ends, idle) s
      window w as (order by s.starts, s.ends)
    ),
    numbered as (select *, count(*) filter (where is_new) over (order by starts, ends) as place from marked),
    chosen as (select * from numbered s where ${matching(query.filter)}),
    stretches as materialized (
      select time, json_build_object('time', time, 'duration', duration, 'project', project,
        'name', ${slice === "dependencies" ? sql`coalesce(name::json, '[]')` : sql`name`}) as stretch
      from (
        select extract(epoch from min(starts))::float8 as time, extract(epoch from sum(ends - starts))::float8 as duration,
          min(project) as project, min(${by}) as name
        from chosen group by place
      ) as stretch
    ),
    branches as materialized (select distinct branch from chosen where branch is not null),
    lengths as (
      select ${bytesInAnswer(sql`stretch`)} as bytes from stretches union all select ${bytesInAnswer(sql`to_json(branch)`)} from branches
    )
    select span.begins as start, span.ends - interval '1 second' as "end", zone,
      case when (select coalesce(sum(bytes), 0) from lengths) <= ${MAX_ANSWER_BYTES} then
        (select coalesce(json_agg(stretch order by time), '[]') from stretches) end as stretches,
      case when (select coalesce(sum(bytes), 0) from lengths) <= ${MAX_ANSWER_BYTES} then
        (select coalesce(json_agg(branch order by branch), '[]') from branches) end as branches
    from frame, span`;
  const { traced } = await batch(db, {
    precondition: requireSelf(db, user),
    preparation: readyCostlyRead(db),
    countable: requireCountable(
      db,
      sql`with ${spanOf(query)}`,
      sql`span where at >= span.begins and at < span.ends`,
    ),
    traced: db.execute<Stretches | Overlong>(statement),
  });
  const found = onlyRow(traced.rows);
  if (isOverlong(found)) throw tooLong();
  return found;
}

type Overlong = Record<string, unknown> & { stretches: null };

const isOverlong = (found: Stretches | Overlong): found is Overlong => found.stretches === null;

/** A heartbeat under the names that WakaTime has. */
export interface HeartbeatRow extends Record<string, unknown> {
  hash: string;
  time: number;
  entity: string;
  type: string;
  category: string | null;
  project: string | null;
  branch: string | null;
  language: string | null;
  is_write: boolean;
  lines: number | null;
  lineno: number | null;
  cursorpos: number | null;
  machine: string | null;
  editor: string | null;
  operating_system: string | null;
  user_agent_id: string | null;
  user_id: string;
  created_at: Instant;
  details: Record<string, unknown> | null;
}

/** Where a list of heartbeats goes on: after the one with this instant and this hash. */
interface HeartbeatPlace {
  at: Instant;
  hash: string;
}

/** Some of the actor's heartbeats of a day, the next ones after a place, where there are `more`; and when the day begins and ends. */
export async function listHeartbeats(
  db: Database,
  user: string,
  query: Omit<ReportQuery, "filter">,
  after?: HeartbeatPlace,
) {
  const statement = sql`
    with ${spanOf(query)},
    programs as (
      select distinct on (editor, operating_system) id, editor, operating_system from heartbeat_agents
      where user_id = actor() order by editor, operating_system, last_seen_at desc, id
    ),
    beats as materialized (
      select at::text, hash, extract(epoch from at)::float8 as time, entity, type, category, project, branch, language, is_write,
        lines, line_number as lineno, cursor_position as cursorpos, machine, editor, operating_system,
        user_id, received_at as created_at, details
      from span, heartbeats
      where user_id = actor() and heartbeats.at >= span.begins and heartbeats.at < span.ends
        and ${after ? sql`(heartbeats.at, hash) > (${after.at}::timestamptz, ${after.hash}::uuid)` : sql`true`}
      order by heartbeats.at, hash limit ${PART_ITEMS + 1}
    ),
    found as materialized (
      select beats.*, programs.id as user_agent_id
      from beats left join programs on coalesce(programs.editor, '') = coalesce(beats.editor, '')
        and coalesce(programs.operating_system, '') = coalesce(beats.operating_system, '')
      order by beats.time, hash
    ),
    measured as (
      select to_json(found) as beat, row_number() over () as place,
        sum(octet_length(to_json(found)::text)) over (rows unbounded preceding) as bytes
      from found
    ),
    part as materialized (
      select * from measured where place = 1 or place <= ${PART_ITEMS} and bytes <= ${PART_BYTES}
    )
    select span.begins as start, span.ends - interval '1 second' as "end", zone,
      (select coalesce(json_agg(beat order by place), '[]') from part) as heartbeats,
      (select count(*) from part) < (select count(*) from found) as more
    from frame, span`;
  const { listed } = await batch(db, {
    precondition: requireSelf(db, user),
    listed: db.execute<{
      start: Instant;
      end: Instant;
      zone: string;
      heartbeats: (HeartbeatRow & HeartbeatPlace)[];
      more: boolean;
    }>(statement),
  });
  const { heartbeats, more, ...span } = onlyRow(listed.rows);
  return {
    ...span,
    heartbeats: heartbeats.map(({ hash, at: _, user_agent_id, ...beat }) => ({
      id: heartbeatId(beat.time, hash),
      ...beat,
      user_agent_id: user_agent_id && agentId(user_agent_id),
    })),
    next: more ? heartbeats.at(-1) : undefined,
  };
}

/** As Postgres writes it. */
export type Instant = string;

interface Person extends Record<string, unknown> {
  id: string;
  username: string;
  email: string;
  is_email_confirmed: boolean;
  name: string | null;
  timezone: string;
  idle_seconds: number;
  created_at: Instant;
  modified_at: Instant | null;
  last_heartbeat_at: Instant | null;
  last_project: string | null;
  last_plugin: string | null;
}

/** The actor, and what they did last. */
export async function findPerson(db: Database, user: string): Promise<Person> {
  const { person } = await batch(db, {
    precondition: requireSelf(db, user),
    person: db.execute<Person>(sql`
      select u.id, u.username, u.email, u.email_verified_at is not null as is_email_confirmed, ${NAME} as name,
        coalesce(s.timezone, 'UTC') as timezone, coalesce(s.idle_timeout_seconds, 900) as idle_seconds, u.created_at, u.updated_at as modified_at,
        last.at as last_heartbeat_at, last.project as last_project,
        (select value from heartbeat_agents where user_id = u.id order by last_seen_at desc limit 1) as last_plugin
      from users u left join time_settings s on s.user_id = u.id
        left join lateral (select at, project from heartbeats where user_id = u.id order by at desc limit 1) as last on true
      where u.id = actor()`),
  });
  return onlyRow(person.rows);
}

interface ProjectRow {
  name: string;
  first_heartbeat_at: Instant;
  last_heartbeat_at: Instant;
}

/** How many projects or programs a page has: as long as they may be, under five megabytes. */
export const LIST_PAGE_ITEMS = 1_000;

interface ListPage<Item> extends Record<string, unknown> {
  total: number;
  items: Item[];
}

/** A page of what `listed` selects, in the order of `by`, and how much there is in all. */
const pageOf = (listed: SQL, by: SQL, page: number) => sql`
  with listed as materialized (${listed})
  select (select count(*)::int from listed) as total,
    (select coalesce(json_agg(to_json(item) order by ${by}), '[]') from (
      select * from listed order by ${by} limit ${LIST_PAGE_ITEMS} offset ${(page - 1) * LIST_PAGE_ITEMS}) as item) as items`;

/** From when on the actor's heartbeats may be in no slots yet. */
const UNBUILT_FROM = sql`
  select coalesce(least(built_until, lower(dirty)), '-infinity') from heartbeat_states where user_id = actor()`;

/**
 * A page of the projects of the actor's heartbeats whose names have `text` in them, the last one first. Which there were when slots were built
 * is known since: no more than the heartbeats since then are read.
 */
export async function listProjects(db: Database, user: string, text: string, page: number) {
  const listed = sql`
      with known as (
        select project, first_at, last_at from heartbeat_projects where user_id = actor()
        union all
        select project, min(at), max(at) from heartbeats
        where user_id = actor() and project is not null and at >= (${UNBUILT_FROM})
        group by project
      )
      select project as name, min(first_at) as first_heartbeat_at, max(last_at) as last_heartbeat_at
      from known where ${contains(sql`project`, text)}
      group by project`;
  const { projects } = await batch(db, {
    precondition: requireSelf(db, user),
    preparation: readyCostlyRead(db),
    refreshed: refreshSlots(db, true),
    projects: db.execute<ListPage<ProjectRow>>(pageOf(listed, sql`last_heartbeat_at desc, name`, page)),
  });
  return onlyRow(projects.rows);
}

interface AgentRow {
  id: string;
  value: string;
  editor: string | null;
  operating_system: string | null;
  first_seen_at: Instant;
  last_seen_at: Instant;
}

/** A page of the programs that the actor's heartbeats came from, the last one first. */
export async function listAgents(db: Database, user: string, page: number) {
  const listed = sql`
    select id, value, editor, operating_system, first_seen_at, last_seen_at from heartbeat_agents where user_id = actor()`;
  const { agents } = await batch(db, {
    precondition: requireSelf(db, user),
    agents: db.execute<ListPage<AgentRow>>(pageOf(listed, sql`last_seen_at desc, value`, page)),
  });
  const { total, items } = onlyRow(agents.rows);
  return { total, items: items.map((agent) => ({ ...agent, id: agentId(agent.id) })) };
}

interface MachineRow {
  name: string;
  first_seen_at: Instant;
  last_seen_at: Instant;
}

/** A page of the machines that the actor's heartbeats came from, the last one first: of what is in slots, to a quarter of an hour. */
export async function listMachines(db: Database, user: string, page: number) {
  const listed = sql`
      with known as (
        select machine, slot as at from heartbeat_slots where user_id = actor() and machine is not null
        union all
        select machine, at from heartbeats
        where user_id = actor() and machine is not null and at >= (${UNBUILT_FROM})
      )
      select machine as name, min(at) as first_seen_at, max(at) as last_seen_at from known group by machine`;
  const { machines } = await batch(db, {
    precondition: requireSelf(db, user),
    preparation: readyCostlyRead(db),
    refreshed: refreshSlots(db, true),
    machines: db.execute<ListPage<MachineRow>>(pageOf(listed, sql`last_seen_at desc, name`, page)),
  });
  return onlyRow(machines.rows);
}

/** Checks that `user` is the caller. @throws AppError RESOURCE_NOT_FOUND */
export async function ensureSelf(db: Database, user: string): Promise<void> {
  await requireSelf(db, user);
}
