import type { PrincipalScope, Scope } from "../../core/context.ts";
import { AppError, type ErrorDetail, notFound } from "../../core/errors.ts";
import { detailsOf } from "../../core/router.ts";
import { VERSION } from "../../core/version.ts";
import type { Spend } from "./query/classify.ts";
import { evaluate, type Source } from "./query/evaluate.ts";
import { isEvent, isRecord, type QueryEvent, secondsOf } from "./query/events.ts";
import { parseQuery, QueryError } from "./query/parser.ts";
import * as repository from "./repository.ts";
import {
  type CountQuery,
  type EventQuery,
  Heartbeat,
  type Import,
  type NewBucket,
  type NewEvents,
  type Query,
  storableJson,
} from "./schemas.ts";

const DEVICE = "productivity-tracker";

/** What a query may cost, all its periods together: some seconds. */
const MAX_STEPS = 3_000_000;

/** What this server says of itself: `testing` on a developer's machine, as the test suites of clients ask for. */
export const getInfo = ({ settings }: Pick<Scope, "settings">, hostname: string) => ({
  hostname,
  version: `v${VERSION}`,
  testing: settings.ENVIRONMENT === "development",
  device_id: DEVICE,
});

/** The caller's buckets, by id. */
export async function listBuckets({ db, principal }: PrincipalScope) {
  const buckets = await repository.listBuckets(db, principal.userId);
  return Object.fromEntries(buckets.map((bucket) => [bucket.id, present(bucket)]));
}

/** A bucket of the caller's. @throws AppError RESOURCE_NOT_FOUND */
export async function getBucket({ db, principal }: PrincipalScope, id: string) {
  return present((await repository.findBucket(db, principal.userId, id)) ?? missing("bucket"));
}

/** Makes a bucket. Whether there was none with its id. @throws AppError BUSINESS_LOGIC_ERROR for one bucket too many */
export function createBucket({ db, principal }: PrincipalScope, id: string, input: NewBucket, host: string) {
  const { hostname, data = {}, ...rest } = input;
  const place =
    hostname === "!local" ? { hostname: host, data: { ...data, device_id: DEVICE } } : { hostname, data };
  return repository.insertBucket(db, { ...rest, ...place, id, userId: principal.userId });
}

/** Removes a bucket with all that is in it. @throws AppError RESOURCE_NOT_FOUND */
export async function deleteBucket({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.deleteBucket(db, principal.userId, id))) throw notFound("bucket");
}

/**
 * The events of a bucket that touch a period, cut at its ends, newest first, as the text of a JSON array that comes in parts.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function* listEvents(
  { db, principal }: PrincipalScope,
  bucketId: string,
  { start: from, end: to, limit = -1 }: EventQuery,
): AsyncGenerator<string> {
  let left = limit === -1 ? Number.POSITIVE_INFINITY : limit;
  let after: repository.EventPlace | undefined;
  let isFirst = true;
  do {
    const period = { from, to, limit: left, after };
    const { events, next } = await repository.listEvents(db, principal.userId, bucketId, period);
    const text = JSON.stringify(events).slice(1, -1);
    if (isFirst) yield `[${text}`;
    else if (text) yield `,${text}`;
    isFirst = false;
    left -= events.length;
    after = next;
  } while (after && left > 0);
  yield "]";
}

/** How many there are. Clients and servers differ in what the bounds are called. @throws AppError RESOURCE_NOT_FOUND */
export const countEvents = ({ db, principal }: PrincipalScope, bucketId: string, query: CountQuery) =>
  repository.countEvents(db, principal.userId, bucketId, {
    from: query.start ?? query.starttime,
    to: query.end ?? query.endtime,
  });

/** An event of a bucket. @throws AppError RESOURCE_NOT_FOUND */
export async function getEvent({ db, principal }: PrincipalScope, bucketId: string, id: number) {
  return (await repository.findEvent(db, principal.userId, bucketId, id)) ?? missing("event");
}

/** Removes an event of a bucket. @throws AppError RESOURCE_NOT_FOUND */
export async function deleteEvent({ db, principal }: PrincipalScope, bucketId: string, id: number) {
  if (!(await repository.deleteEvent(db, principal.userId, bucketId, id))) throw notFound("event");
}

/** Adds events, or replaces those whose ids are given. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const storeEvents = ({ db, principal }: PrincipalScope, bucketId: string, events: NewEvents) =>
  repository.storeEvents(db, principal.userId, bucketId, {
    events: storableJson(events),
    doesReplace: events.some(({ id }) => typeof id === "number"),
  });

/** The event that a heartbeat prolonged, or became. @throws AppError RESOURCE_NOT_FOUND */
export async function takeHeartbeat(
  { db, principal }: PrincipalScope,
  bucketId: string,
  pulsetime: number,
  { data, ...beat }: Heartbeat,
) {
  const merged = { ...beat, pulsetime, data: storableJson(data) };
  return (await repository.mergeHeartbeat(db, principal.userId, bucketId, merged)) ?? missing("bucket");
}

/**
 * What a query of ActivityWatch's language returns for each of its periods. One round trip tells what buckets there are;
 * the query is then tried on empty ones, which shows whose events it will want, and these come in another.
 *
 * @throws AppError BAD_REQUEST with what is wrong with the query, BUSINESS_LOGIC_ERROR if it asks for too much
 */
export async function runQuery({ db, principal }: PrincipalScope, { query, timeperiods }: Query) {
  const buckets = await repository.listBuckets(db, principal.userId);
  try {
    const statements = parseQuery(query);
    const spend = budget();
    const resultFor = ({ from, to }: Query["timeperiods"][number], eventsOf: Source["eventsOf"]) =>
      evaluate(statements, { start: from, end: to, buckets, eventsOf, spend });

    const known = new Set(buckets.map(({ id }) => id));
    const wanted = new Set<string>();
    const onEmpty = (id: string) => {
      if (!known.has(id)) throw new QueryError(`There is no bucket ${id}.`);
      wanted.add(id);
      return [];
    };
    for (const period of timeperiods) resultFor(period, onEmpty);

    const places = [...wanted];
    const asked = timeperiods.flatMap((period) => places.map((bucketId) => ({ ...period, bucketId })));
    const found = await repository.listEventsOf(db, principal.userId, asked);
    const eventsAt = Map.groupBy(found, ({ place }) => place);
    return timeperiods.map((period, nth) => {
      const eventsOf = (id: string) =>
        (eventsAt.get(nth * places.length + places.indexOf(id)) ?? []).map(toQueryEvent);
      return toJson(resultFor(period, eventsOf), spend);
    });
  } catch (error) {
    if (error instanceof QueryError)
      throw new AppError("BAD_REQUEST", { message: error.message, cause: error });
    throw error;
  }
}

/** What stops a query that is more work than MAX_STEPS: however few its words, they may double what they work on. */
function budget(): Spend {
  let left = MAX_STEPS;
  return (steps) => {
    left -= steps;
    if (left < 0) throw new QueryError("This is too much work: ask for a shorter time, or with fewer rules.");
  };
}

/** All that ActivityWatch's pages remember for the caller. */
export async function listSettings({ db, principal }: PrincipalScope) {
  const settings = await repository.listSettings(db, principal.userId);
  return Object.fromEntries(settings.map(({ key, value }) => [key, value]));
}

/** What they remember under `key`; null if nothing. */
export async function getSetting({ db, principal }: PrincipalScope, key: string): Promise<unknown> {
  return (await repository.findSetting(db, principal.userId, key))?.value ?? null;
}

/** Remembers `value` under `key`. @throws AppError BUSINESS_LOGIC_ERROR for one thing too many */
export const saveSetting = ({ db, principal }: PrincipalScope, key: string, value: unknown): Promise<void> =>
  repository.saveSetting(db, principal.userId, key, storableJson(value));

/**
 * The text of an export: all of the caller's buckets, or one. It comes in parts, each made when it is asked for; what is there in
 * ordinary amounts takes one round trip, every further thousand of events takes one more.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function* exportBuckets({ db, principal }: PrincipalScope, id?: string): AsyncGenerator<string> {
  const { buckets, ...first } = await repository.startExport(db, principal.userId, id);
  if (id !== undefined && buckets.length === 0) throw notFound("bucket");
  const waiting = buckets.values();
  let open: repository.BucketRow | undefined;
  /** Ends the bucket that is open, and begins the next. */
  const turn = () => {
    const end = open ? "]}" : "";
    open = waiting.next().value;
    return open ? `${end && `${end},`}${JSON.stringify(open.id)}:${beginBucket(open)}` : end;
  };
  yield '{"buckets":{';
  let part: Omit<typeof first, "buckets"> | undefined = first;
  while (part) {
    for (const [key, rows] of Map.groupBy(part.events, ({ bucketKey }) => bucketKey)) {
      // One that was made meanwhile is for the next export.
      if (!buckets.some((bucket) => bucket.key === key)) continue;
      let comma = open?.key === key ? "," : "";
      while (open?.key !== key) yield turn();
      yield comma + rows.map(({ event }) => JSON.stringify(event)).join(",");
      comma = ",";
    }
    part = part.next && (await repository.continueExport(db, principal.userId, id, part.next));
  }
  do yield turn();
  while (open);
  yield "}}";
}

const beginBucket = (bucket: repository.BucketRow) =>
  JSON.stringify({ ...present(bucket), events: [] }).slice(0, -"]}".length);

/** How many of the things that are wrong with an import are told. */
const MAX_DETAILS = 100;

/** Adds what an export holds and is not there yet: the same twice changes nothing. What was wrong with the events that it leaves out. */
export async function importBuckets({ db, principal }: PrincipalScope, { buckets }: Import) {
  let refused = 0;
  const details: ErrorDetail[] = [];
  const good = Object.entries(buckets).map(([id, { data, events, ...bucket }]) => ({
    ...bucket,
    id,
    data: data ?? {},
    events: events.flatMap((event, nth) => {
      const read = Heartbeat.safeParse(event);
      if (read.success) return [read.data];
      refused++;
      const at = ["buckets", id, "events", nth];
      const issues = read.error.issues.map((issue) => ({ ...issue, path: [...at, ...issue.path] }));
      if (details.length < MAX_DETAILS) details.push(...detailsOf(issues, "json"));
      return [];
    }),
  }));
  await repository.importBuckets(db, principal.userId, storableJson(good));
  return { refused, details: details.slice(0, MAX_DETAILS) };
}

const present = ({ key: _, last_updated, ...bucket }: repository.BucketRow) => ({
  ...bucket,
  ...(last_updated !== null && { last_updated }),
});

const toQueryEvent = ({ id, timestamp, duration, data }: repository.EventRow): QueryEvent => {
  const start = millisecondsOf(timestamp);
  return { id, start, end: start + 1000 * duration, data };
};

/** Of an instant to the microsecond, which a Date would cut. */
const millisecondsOf = (timestamp: string) => Date.parse(timestamp) + Number(timestamp.slice(23, 26)) / 1000;

/** A result with its events as ActivityWatch shows them, wherever they are in it. */
function toJson(value: unknown, spend: Spend): unknown {
  spend(1);
  const inner = (part: unknown) => toJson(part, spend);
  if (Array.isArray(value)) return value.map(inner);
  if (!isRecord(value)) return value;
  if (!isEvent(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part)]));
  const { id, start, data } = value;
  return {
    ...(id !== undefined && { id }),
    timestamp: new Date(start).toISOString(),
    duration: secondsOf(value),
    data: Array.isArray(data.subevents) ? { ...data, subevents: data.subevents.map(inner) } : data,
  };
}

function missing(what: string): never {
  throw notFound(what);
}
