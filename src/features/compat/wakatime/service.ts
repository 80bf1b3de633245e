import { AppError, describeError, invariant, notFound } from "../../../core/errors.ts";
import { log } from "../../../core/logger.ts";
import type { Permission } from "../../../core/permissions.ts";
import type { Scope, Variables } from "../../../http/context.ts";
import { traceGoals } from "../../time/goals/service.ts";
import { readAgent } from "./agents.ts";
import { type Days, daysBetween, daysOf } from "./days.ts";
import { timeText } from "./durations.ts";
import { describeGoal } from "./goals.ts";
import {
  type HeartbeatErrors,
  isHeartbeat,
  type NewHeartbeat,
  readHeartbeat,
  resolvePlaceholders,
  type Sender,
} from "./heartbeats.ts";
import { describeLeaders } from "./leaders.ts";
import { averageOf, dimensionsOf, partsOf, secondsOf } from "./parts.ts";
import { dateInWords, type PeriodName } from "./periods.ts";
import { profileOf } from "./profiles.ts";
import { putOnQueue, type WaitingBatch } from "./queue/waiting-batch.ts";
import * as storedHeartbeats from "./repository/heartbeats.ts";
import * as lists from "./repository/lists.ts";
import { ensureSelf, findPerson, type Instant } from "./repository/person.ts";
import {
  DIMENSIONS,
  PROJECT_DIMENSIONS,
  type Report,
  reportDays,
  reportWhole,
  type WholeReport,
} from "./repository/reports.ts";
import { listStretches } from "./repository/stretches.ts";
import type {
  DayQuery,
  DurationsQuery,
  FilterQuery,
  LeadersQuery,
  ListQuery,
  ProjectsQuery,
  SummariesQuery,
} from "./schemas/queries.ts";
import { describeStats, minutesOf } from "./stats.ts";

/** Permission to send heartbeats, checked in the request and again when queued heartbeats are stored. */
export const SEND_PERMISSION: Permission = "activity:create";

/** Maximum number of heartbeats of a batch that get a response. A client sends the rest again. */
const MAX_BATCH = 1000;
/** Number of periods that a goal shows before its current one. */
const PERIODS_OF_A_GOAL = 7;
const TOO_OLD: HeartbeatErrors = { time: ["must be within the retention period of heartbeats"] };

type Db = Pick<Scope, "db">;

/** Properties of the request that are needed to queue its heartbeats. */
type SendingScope = Pick<Variables, "db" | "settings" | "origin" | "caller">;

/** Response to one heartbeat: it is stored, queued or invalid. */
type Outcome =
  | [{ data: TakenHeartbeat }, 201]
  | [{ data: WaitingHeartbeat }, 202]
  | [{ errors: HeartbeatErrors }, 400];

interface WaitingHeartbeat {
  entity: string;
  type: string;
  time: number;
}

interface TakenHeartbeat extends WaitingHeartbeat {
  id: string;
}

/**
 * Stores the heartbeats of a batch, and returns the response to each, in order. Heartbeats that are already stored change nothing.
 * If the database does not respond and there is a queue, the valid heartbeats are queued.
 *
 * @throws as `getPerson`
 */
export async function acceptHeartbeats(
  scope: SendingScope,
  user: string,
  items: unknown[],
  sender: Sender,
): Promise<Outcome[]> {
  const read = items.slice(0, MAX_BATCH).map((item, place) => readHeartbeat(item, place, sender));
  const valid = read.filter(isHeartbeat);
  resolvePlaceholders(valid);
  if (valid.length === 0) await ensureSelf(scope.db, user);
  const ids = valid.length > 0 ? await storeOrQueue(scope, user, valid, sender) : new Map<number, string>();
  return read.map((heartbeat): Outcome => {
    if (!isHeartbeat(heartbeat)) return [{ errors: heartbeat }, 400];
    const { entity, type, time, place } = heartbeat;
    if (ids === "queued") return [{ data: { entity, type, time } }, 202];
    const id = ids.get(place);
    return id === undefined ? [{ errors: TOO_OLD }, 400] : [{ data: { id, entity, type, time } }, 201];
  });
}

/**
 * Stores heartbeats, and returns their ids by their places in the batch; or queues them, and returns "queued".
 *
 * @throws AppError as the database fails, unless a queue takes the heartbeats
 */
async function storeOrQueue(
  { db, settings, origin, caller }: SendingScope,
  user: string,
  heartbeats: NewHeartbeat[],
  { zone }: Pick<Sender, "zone">,
) {
  try {
    return await storedHeartbeats.storeHeartbeats(db, user, heartbeats, personalZone(zone));
  } catch (error) {
    const isUnreachable = error instanceof AppError && error.code === "DATABASE_CONNECTION_ERROR";
    if (!isUnreachable || !settings.HEARTBEATS) throw error;
    const fields = {
      request_id: origin.requestId,
      heartbeats: heartbeats.length,
      cause: describeError(error),
    };
    try {
      await putOnQueue(settings.HEARTBEATS, { user, asker: caller, origin, heartbeats });
    } catch (cause) {
      log(settings, "error", "queue", "The queue rejected heartbeats", {
        ...fields,
        cause: describeError(cause),
      });
      throw error;
    }
    log(settings, "warn", "queue", "Heartbeats queued", fields);
    return "queued";
  }
}

/** Returns `zone` if it may name the time zone of a person. UTC does not count: remote machines use it even for users in other zones. */
const personalZone = (zone = "") =>
  /^(?!(?:Etc\/)?(?:UTC|UCT|GMT|Universal|Zulu|Greenwich)$)[A-Za-z][A-Za-z0-9_+/-]{0,63}$/i.test(zone)
    ? zone
    : undefined;

/** Stores the heartbeats of a queued batch, and returns how many of them are too old to be kept. @throws as `getPerson` */
export async function storeQueuedBatch(
  { db }: Db,
  { user, heartbeats }: Pick<WaitingBatch, "user" | "heartbeats">,
): Promise<number> {
  const ids = await storedHeartbeats.storeHeartbeats(db, user, heartbeats);
  return heartbeats.length - ids.size;
}

/** Stores one heartbeat, and returns the response to it. @throws AppError BAD_REQUEST for an invalid heartbeat; as `getPerson` */
export async function acceptHeartbeat(scope: SendingScope, user: string, item: unknown, sender: Sender) {
  const [outcome] = await acceptHeartbeats(scope, user, [item], sender);
  if (outcome && outcome[1] !== 400) return outcome;
  const details = Object.entries(outcome?.[0].errors ?? {}).flatMap(([field, messages]) =>
    messages.map((message) => ({ field: `body.${field}`, message, type: "custom" })),
  );
  throw new AppError("BAD_REQUEST", { details });
}

/**
 * Yields the JSON text of all heartbeats of the caller's day, in parts. Each part takes a round trip, and has up to a thousand
 * heartbeats or a megabyte.
 *
 * @throws as `getPerson`
 */
export async function* writeHeartbeats({ db }: Db, user: string, { date, timezone }: DayQuery) {
  const query = { days: daysBetween(date, date), zone: timezone };
  let part = await storedHeartbeats.listHeartbeats(db, user, query);
  let head = `${JSON.stringify(spanOf(part)).slice(0, -1)},"data":[`;
  for (;;) {
    yield head + part.heartbeats.map((heartbeat) => JSON.stringify(presentHeartbeat(heartbeat))).join(",");
    if (!part.next) break;
    part = await storedHeartbeats.listHeartbeats(db, user, query, part.next);
    head = part.heartbeats.length > 0 ? "," : "";
  }
  yield "]}";
}

type ListedHeartbeat = Awaited<ReturnType<typeof storedHeartbeats.listHeartbeats>>["heartbeats"][number];

const presentHeartbeat = ({ details, created_at, ...heartbeat }: ListedHeartbeat) => ({
  ...details,
  ...heartbeat,
  machine_name_id: heartbeat.machine,
  created_at: toIso(created_at),
});

/** Returns the summary of today, for the status bar of an editor. @throws as `getPerson` */
export async function getStatusBar({ db }: Db, user: string, filter: FilterQuery) {
  const summaries = await summarizeDays(db, user, daysOf("today"), filter);
  const today = invariant(summaries.data[0], "expected the summary of one day");
  return { cached_at: new Date().toISOString(), data: { ...today, has_team_features: false } };
}

/** Returns the summary of each day of a period. @throws as `getPerson` */
export function summarize({ db }: Db, user: string, { start, end, range, ...filter }: SummariesQuery) {
  const days = range ? daysOf(range) : daysBetween(start ?? "", end ?? "");
  return summarizeDays(db, user, days, filter);
}

/** Returns the statistics of a period. @throws as `getPerson` */
export async function getStats({ db }: Db, user: string, period: PeriodName, filter: FilterQuery) {
  const days = daysOf(period);
  const found = await reportWhole(db, user, toQuery(days, filter), {
    days: "counted",
    dimensions: DIMENSIONS,
    withDependencies: !days.isLongRange,
  });
  return { data: { ...boundsOf(found), ...progressOf(found), ...describeStats(found, period, filter) } };
}

/** Returns the leaders that the caller may see: only the caller. @throws as `getPerson` */
export async function getLeaders({ db }: Db, { language, page = 1 }: LeadersQuery) {
  const found = await reportWhole(db, "current", toQuery(daysOf("last_7_days"), { language }), {
    days: "counted",
    dimensions: ["language"],
    withDependencies: false,
  });
  return describeLeaders(found, language ?? null, page);
}

/** Returns the time of the caller's activity since the first heartbeat. @throws as `getPerson` */
export async function getAllTime({ db }: Db, user: string, filter: FilterQuery) {
  const found = await reportWhole(db, user, toQuery(daysOf("all_time"), filter), {
    days: "none",
    dimensions: [],
    withDependencies: false,
  });
  const { seconds: _, ...time } = timeText(secondsOf(found.parts));
  const { start, end } = boundsOf(found);
  return {
    data: {
      ...time,
      ...progressOf(found),
      timeout: minutesOf(found),
      range: {
        start,
        start_date: found.first,
        start_text: found.first,
        end,
        end_date: found.last,
        end_text: found.last,
        timezone: found.zone,
      },
    },
  };
}

/** Returns the stretches of the caller's activity on a day, in order. @throws as `getPerson` */
export async function listDurations({ db }: Db, user: string, { date, slice_by, ...filter }: DurationsQuery) {
  const slice = slice_by ?? "project";
  const query = toQuery(daysBetween(date, date), filter);
  const found = await listStretches(db, user, query, slice);
  return {
    ...spanOf(found),
    data: found.stretches.map(({ name, ...stretch }) => ({ ...stretch, [slice]: name })),
    branches: found.branches,
  };
}

/** Returns the caller's profile. @throws AppError RESOURCE_NOT_FOUND if `user` is not the caller */
export async function getPerson({ db }: Db, user: string) {
  const { name, idle_seconds, last_plugin, ...found } = await findPerson(db, user);
  const agent = last_plugin === null ? undefined : readAgent(last_plugin);
  return {
    data: {
      ...found,
      ...profileOf(found.id, found.username, name),
      public_email: null,
      bio: null,
      city: null,
      plan: null,
      timeout: minutesOf({ idle_seconds }),
      writes_only: false as const,
      last_heartbeat_at: found.last_heartbeat_at && toIso(found.last_heartbeat_at),
      last_plugin,
      last_plugin_name: agent?.plugin ?? agent?.editor ?? null,
      has_premium_features: false as const,
      logged_time_public: false as const,
      languages_used_public: false as const,
      created_at: toIso(found.created_at),
      modified_at: found.modified_at && toIso(found.modified_at),
    },
  };
}

/** Returns a page of the projects that the caller's heartbeats name. @throws as `getPerson` */
export async function listProjects({ db }: Db, user: string, { q = "", page = 1 }: ProjectsQuery) {
  const { total, items } = await lists.listProjects(db, user, q, page);
  return pageOf(
    total,
    page,
    items.map((project) => {
      const [first, last] = [toIso(project.first_heartbeat_at), toIso(project.last_heartbeat_at)];
      return {
        id: project.name,
        name: project.name,
        urlencoded_name: encodeURIComponent(project.name),
        first_heartbeat_at: first,
        last_heartbeat_at: last,
        human_readable_first_heartbeat_at: dateInWords(first),
        human_readable_last_heartbeat_at: dateInWords(last),
        color: null,
        badge: null,
        repository: null,
        has_public_url: false as const,
        created_at: first,
      };
    }),
  );
}

/** Returns a page of the programs that sent the caller's heartbeats. @throws as `getPerson` */
export async function listAgents({ db }: Db, user: string, { page = 1 }: ListQuery) {
  const { total, items } = await lists.listAgents(db, user, page);
  return pageOf(
    total,
    page,
    items.map(({ operating_system: os, ...agent }) => {
      const [first, last] = [toIso(agent.first_seen_at), toIso(agent.last_seen_at)];
      const { version, isBrowserExtension, isDesktopApp } = readAgent(agent.value);
      return {
        ...agent,
        os,
        version,
        is_browser_extension: isBrowserExtension,
        is_desktop_app: isDesktopApp,
        first_seen: first,
        last_seen: last,
        first_seen_at: first,
        last_seen_at: last,
        created_at: first,
      };
    }),
  );
}

/** Returns a page of the machines that sent the caller's heartbeats. @throws as `getPerson` */
export async function listMachines({ db }: Db, user: string, { page = 1 }: ListQuery) {
  const { total, items } = await lists.listMachines(db, user, page);
  return pageOf(
    total,
    page,
    items.map(({ name, first_seen_at, last_seen_at }) => ({
      id: name,
      name,
      value: name,
      ip: null,
      timezone: null,
      created_at: toIso(first_seen_at),
      last_seen_at: toIso(last_seen_at),
    })),
  );
}

/** Returns the caller's goals and their progress, which counts all tracked time. @throws as `getPerson` */
export async function listGoals({ db }: Db, user: string) {
  const owner = await findPerson(db, user);
  const { goals, timezone } = await traceGoals({ db }, owner.id, PERIODS_OF_A_GOAL);
  return listOf(goals.map((goal) => describeGoal(goal, owner, timezone)));
}

/** Returns one of the caller's goals. @throws AppError RESOURCE_NOT_FOUND; as `getPerson` */
export async function getGoal(scope: Db, user: string, id: string) {
  const goal = (await listGoals(scope, user)).data.find((candidate) => candidate.id === id);
  if (!goal) notFound("goal");
  return { cached_at: new Date().toISOString(), data: goal };
}

/** Returns an empty list, for data that this service does not keep. @throws as `getPerson` */
export async function listNothing({ db }: Db, user: string) {
  await ensureSelf(db, user);
  return { data: [] };
}

function pageOf<Item>(total: number, page: number, data: Item[]) {
  const pages = Math.max(1, Math.ceil(total / lists.LIST_PAGE_ITEMS));
  return {
    data,
    total,
    total_pages: pages,
    page,
    prev_page: page > 1 ? page - 1 : null,
    next_page: page < pages ? page + 1 : null,
  };
}

const listOf = <Item>(data: Item[]) => ({ data, total: data.length, total_pages: 1 });

const toQuery = (days: Days, { timezone, timeout, writes_only, ...filter }: FilterQuery) => ({
  days,
  zone: timezone,
  idleSeconds: timeout === undefined ? undefined : 60 * timeout,
  filter: { ...filter, writesOnly: writes_only },
});

async function summarizeDays(db: Db["db"], user: string, days: Days, filter: FilterQuery) {
  const isSingleProject = filter.project !== undefined;
  // Long reports read slots, which have no entities and no dependencies.
  const dimensions = (isSingleProject ? PROJECT_DIMENSIONS : DIMENSIONS).filter(
    (dimension) => dimension !== "entity" || !days.isLongRange,
  );
  const shape = { dimensions, withDependencies: !days.isLongRange };
  const found = await reportDays(db, user, toQuery(days, filter), shape);
  const busyDays = found.parts.filter(({ dimension }) => dimension === null).length;
  const byDay = Map.groupBy(found.parts, ({ day }) => day);
  const total = secondsOf(found.parts);
  const { text, digital, decimal } = timeText(total);
  return {
    data: found.days.map(({ day, start, end }) => {
      const parts = byDay.get(day) ?? [];
      const seconds = secondsOf(parts);
      const { seconds: _, ...grandTotal } = timeText(seconds);
      return {
        grand_total: grandTotal,
        range: {
          date: day,
          start: toIso(start),
          end: lastSecondBefore(end),
          text: day,
          timezone: found.zone,
        },
        ...dimensionsOf(parts, seconds),
        dependencies: partsOf(parts, "dependency", seconds),
        ...(isSingleProject && {
          branches: partsOf(parts, "branch", seconds),
          entities: partsOf(parts, "entity", seconds),
        }),
      };
    }),
    ...boundsOf(found),
    cumulative_total: { seconds: total, text, digital, decimal },
    daily_average: averageOf(found.days.filter(({ has_begun }) => has_begun).length, busyDays, found.parts),
  };
}

const toIso = (instant: Instant) => new Date(instant).toISOString();

const lastSecondBefore = (instant: Instant) => new Date(new Date(instant).getTime() - 1000).toISOString();

const boundsOf = ({ start, end }: Pick<Report, "start" | "end">) => ({
  start: toIso(start),
  end: lastSecondBefore(end),
});

const progressOf = ({ percent }: Pick<WholeReport, "percent">) => ({
  is_up_to_date: percent === 100,
  percent_calculated: percent,
});

const spanOf = ({ start, end, zone }: { start: Instant; end: Instant; zone: string }) => ({
  start: toIso(start),
  end: toIso(end),
  timezone: zone,
});
