import { AppError, type ErrorDetail, notFound } from "../../../core/errors.ts";
import { VERSION } from "../../../core/version.ts";
import { isSendable } from "../../../database/proxy-limits.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import { detailsOf, MAX_DETAILS } from "../../../http/router.ts";
import { Budget } from "./query/budget.ts";
import { evaluate } from "./query/evaluate.ts";
import type { Source } from "./query/functions.ts";
import { parseQuery, QueryError } from "./query/parser.ts";
import { Regexes, type UnusableRule } from "./query/regex/regex.ts";
import { jsonPartsOf, payForJson } from "./query/results.ts";
import { newTurn, type Turn } from "./query/turns.ts";
import { heldBytesOf, QueryEvent, sizeOfShared } from "./query/values.ts";
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

export type { UnusableRule };

const DEVICE = "productivity-tracker";

/**
 * What a query may read: a month of 2,500 windows a day, or a year of 400, with what else was seen. Bytes are those of what events say, as text;
 * memory is what that takes once it is read, where lists of nothing are much larger than their text. Lists are the events of one bucket
 * in one period, of which each takes the database a look, if there are none too.
 */
const MAX_QUERIED = { lists: 5000, events: 250_000, bytes: 32_000_000, memory: 32_000_000 };

/** What this server says of itself: `testing` on a developer's machine, as the test suites of clients ask for. */
export const getInfo = ({ settings }: Pick<Scope, "settings">, hostname: string) => ({
  hostname,
  version: `v${VERSION}`,
  testing: settings.ENVIRONMENT === "development",
  device_id: DEVICE,
});

/** The caller's buckets, by id, as the text of a JSON object that comes in parts. */
export const listBuckets = ({ db, principal }: PrincipalScope): AsyncGenerator<string> =>
  inParts<repository.BucketRow>(
    ["{", "}"],
    (last) => repository.listBuckets(db, principal.userId, last?.id),
    (bucket) => `${JSON.stringify(bucket.id)}:${textOf(bucket)}`,
  );

/** The text of a list, between `open` and `close`, in as many parts as `read` tells of it. */
async function* inParts<Row>(
  [open, close]: [string, string],
  read: (last: Row | undefined) => Promise<repository.RowPart<Row>>,
  write: (row: Row) => string,
): AsyncGenerator<string> {
  let last: Row | undefined;
  let part: repository.RowPart<Row>;
  do {
    part = await read(last);
    const text = part.rows.map(write).join(",");
    yield last === undefined ? open + text : text && `,${text}`;
    last = part.rows.at(-1);
  } while (part.hasMore);
  yield close;
}

/** A bucket of the caller's. @throws AppError RESOURCE_NOT_FOUND */
export async function getBucket({ db, principal }: PrincipalScope, id: string) {
  return present((await repository.findBucket(db, principal.userId, id)) ?? notFound("bucket"));
}

/** Makes a bucket. Whether there was none with its id. @throws AppError BUSINESS_LOGIC_ERROR for one bucket too many */
export function createBucket({ db, principal }: PrincipalScope, id: string, input: NewBucket, host: string) {
  const { hostname, data = {}, created, ...rest } = input;
  const place =
    hostname === "!local" ? { hostname: host, data: { ...data, device_id: DEVICE } } : { hostname, data };
  return repository.insertBucket(db, { ...rest, ...place, id, userId: principal.userId }, created);
}

/** Removes a bucket with all that is in it. @throws AppError RESOURCE_NOT_FOUND */
export async function deleteBucket({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.deleteBucket(db, principal.userId, id))) notFound("bucket");
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
  return (await repository.findEvent(db, principal.userId, bucketId, id)) ?? notFound("event");
}

/** Removes an event of a bucket. @throws AppError RESOURCE_NOT_FOUND */
export async function deleteEvent({ db, principal }: PrincipalScope, bucketId: string, id: number) {
  if (!(await repository.deleteEvent(db, principal.userId, bucketId, id))) notFound("event");
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
  return (await repository.mergeHeartbeat(db, principal.userId, bucketId, merged)) ?? notFound("bucket");
}

/**
 * What a query of ActivityWatch's language returns for each of its periods, as the text of a JSON array that comes in parts. One
 * round trip tells what buckets there are; the query is then tried on empty ones, which shows whose events it will want, and these
 * come in another, or in several if they are many. Before the first part comes, `onUnusable` is told of rules that could not be used.
 *
 * @throws AppError BAD_REQUEST with what is wrong with the query, BUSINESS_LOGIC_ERROR if it asks for too much,
 * RATE_LIMIT_EXCEEDED while another one reads as much
 */
export async function* runQuery(
  { db, principal }: PrincipalScope,
  { query, timeperiods }: Query,
  onUnusable: (rules: UnusableRule[]) => void,
): AsyncGenerator<string> {
  const buckets = await repository.listBucketIds(db, principal.userId);
  const turn = newTurn();
  try {
    const statements = explained(() => parseQuery(query));
    const budget = new Budget();
    const regexes = new Regexes(budget);
    const resultFor = ({ from, to }: Query["timeperiods"][number], eventsOf: Source["eventsOf"]) =>
      explained(() =>
        evaluate(statements, { start: from, end: to, buckets, bucketIds, eventsOf, regexes, budget }),
      );

    const bucketIds = buckets.map(({ id }) => id);
    const known = new Set(bucketIds);
    const wanted = new Set<string>();
    const onEmpty = (id: string) => {
      if (!known.has(id)) throw new QueryError(`Bucket ${id} not found.`);
      wanted.add(id);
      return [];
    };
    for (const period of timeperiods) budget.release(heldBytesOf(resultFor(period, onEmpty)));

    if (wanted.size * timeperiods.length > MAX_QUERIED.lists) throw tooMany("buckets and periods");
    const places = new Map([...wanted].map((id, place) => [id, place]));
    const asked = timeperiods
      .flatMap((period) => [...wanted].map((bucketId) => ({ ...period, bucketId })))
      .map((period, place) => ({ ...period, place }));
    const eventsAt = await readEvents({ db, principal }, asked, turn);
    const results = timeperiods.map((period, nth) =>
      resultFor(period, (id) => eventsAt.get(nth * places.size + (places.get(id) ?? 0)) ?? []),
    );
    explained(() => payForJson(budget, results));
    if (regexes.unusable.length > 0) onUnusable(regexes.unusable);
    yield* jsonPartsOf(results);
  } finally {
    turn.end();
  }
}

/** What `work` returns. @throws AppError BAD_REQUEST with what is wrong with the query */
function explained<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new AppError("BAD_REQUEST", { message: error.message, cause: error });
  }
}

const tooMany = (what: string) =>
  new AppError("BUSINESS_LOGIC_ERROR", { message: `Too many ${what}. Request a shorter period.` });

/** The events that a query asked for, by the place of what it asked. Data that is said often is in memory once. */
async function readEvents(
  { db, principal }: Pick<PrincipalScope, "db" | "principal">,
  asked: Parameters<typeof repository.readEventsOf>[2],
  turn: Turn,
): Promise<Map<number, QueryEvent[]>> {
  const events = new Map<number, QueryEvent[]>();
  const said = new Map<string, Pick<QueryEvent, "data" | "dataSize">>();
  const left = { ...MAX_QUERIED };
  let after: repository.PeriodPlace | undefined;
  do {
    const { rows, next } = await repository.readEventsOf(db, principal.userId, asked, after);
    for (const { place, id, start, duration, data: text, bytes } of rows) {
      let known = said.get(text);
      if (!known) {
        const data = JSON.parse(text) as QueryEvent["data"];
        known = { data, dataSize: sizeOfShared(data) };
        said.set(text, known);
        left.memory -= known.dataSize.bytes;
      }
      left.bytes -= bytes;
      const event = new QueryEvent(start, start + 1000 * duration, known.data, id, known.dataSize);
      const list = events.get(place);
      if (list) list.push(event);
      else events.set(place, [event]);
    }
    left.events -= rows.length;
    if (Math.min(left.events, left.bytes, left.memory) < 0) throw tooMany("events");
    after = next;
    if (after) turn.take();
  } while (after);
  return events;
}

/** All that ActivityWatch's pages remember for the caller, by name, as the text of a JSON object that comes in parts. */
export const listSettings = ({ db, principal }: PrincipalScope): AsyncGenerator<string> =>
  inParts<repository.SettingRow>(
    ["{", "}"],
    (last) => repository.listSettings(db, principal.userId, last?.key),
    ({ key, value }) => `${JSON.stringify(key)}:${value}`,
  );

/** What they remember under `key`; null if nothing. */
export async function getSetting({ db, principal }: PrincipalScope, key: string): Promise<unknown> {
  return (await repository.findSetting(db, principal.userId, key))?.value ?? null;
}

/** Remembers `value` under `key`. @throws AppError BUSINESS_LOGIC_ERROR for one thing too many */
export const saveSetting = ({ db, principal }: PrincipalScope, key: string, value: unknown): Promise<void> =>
  repository.saveSetting(db, principal.userId, key, storableJson(value));

/** Forgets what they remember under `key`, if there is anything. */
export const deleteSetting = ({ db, principal }: PrincipalScope, key: string): Promise<void> =>
  repository.deleteSetting(db, principal.userId, key);

/**
 * The text of an export: all of the caller's buckets, or one. It comes in parts, each made when it is asked for; what is there in
 * ordinary amounts takes one round trip, every further thousand of events, or half a megabyte, takes one more.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function* exportBuckets(scope: PrincipalScope, id?: string): AsyncGenerator<string> {
  const first = await repository.startExport(scope.db, scope.principal.userId, id);
  if (id !== undefined && first.buckets.rows.length === 0) notFound("bucket");
  yield* writeBuckets(scope, id, first);
}

/** All that is kept for the caller, as two members of a JSON object: `activity_settings` and `activity`. */
export async function* exportActivity(scope: PrincipalScope): AsyncGenerator<string> {
  const { db, principal } = scope;
  const { settings, ...first } = await repository.startExportWithSettings(db, principal.userId);
  yield '"activity_settings":[';
  let comma = "";
  const rows = rowsOf(settings, ({ key }) => repository.listSettings(db, principal.userId, key));
  for await (const { key, value, updated_at } of rows) {
    yield `${comma}{"id":${JSON.stringify(key)},"value":${value},"updated_at":${JSON.stringify(updated_at)}}`;
    comma = ",";
  }
  yield '],"activity":';
  yield* writeBuckets(scope, undefined, first);
}

async function* writeBuckets(
  { db, principal: { userId } }: PrincipalScope,
  id: string | undefined,
  first: Awaited<ReturnType<typeof repository.startExport>>,
): AsyncGenerator<string> {
  const waiting = rowsOf(first.buckets, ({ key }) => repository.continueBuckets(db, userId, id, key));
  let open: repository.BucketRow | undefined;
  let isOver = false;
  /** Ends the bucket that is open, and begins the next. */
  const turn = async () => {
    const end = open ? "]}" : "";
    const next = await waiting.next();
    open = next.done ? undefined : next.value;
    isOver = open === undefined;
    return open ? `${end && `${end},`}${JSON.stringify(open.id)}:${beginBucket(open)}` : end;
  };
  yield '{"buckets":{';
  let part: typeof first.events | undefined = first.events;
  while (part) {
    for (const [key, rows] of Map.groupBy(part.events, ({ bucketKey }) => bucketKey)) {
      const comma = open?.key === key ? "," : "";
      while (!isOver && (open?.key ?? 0) < key) yield await turn();
      // One that was made meanwhile may be for the next export.
      if (open?.key !== key) continue;
      yield comma + rows.map(({ event }) => JSON.stringify(event)).join(",");
    }
    part = part.next && (await repository.continueExport(db, userId, id, part.next));
  }
  while (!isOver) yield await turn();
  yield "}}";
}

/** The rows of a list whose first part is there. */
async function* rowsOf<Row>(
  first: repository.RowPart<Row>,
  readAfter: (last: Row) => Promise<repository.RowPart<Row>>,
): AsyncGenerator<Row> {
  let part = first;
  for (;;) {
    yield* part.rows;
    const last = part.rows.at(-1);
    if (!part.hasMore || last === undefined) return;
    part = await readAfter(last);
  }
}

const beginBucket = (bucket: repository.BucketRow) => `${textOf(bucket).slice(0, -"}".length)},"events":[`;

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
      if (details.length < MAX_DETAILS) {
        const at = ["buckets", id, "events", nth];
        const issues = read.error.issues.map((issue) => ({ ...issue, path: [...at, ...issue.path] }));
        details.push(...detailsOf(issues, "json"));
      }
      return [];
    }),
  }));
  const text = storableJson(good);
  if (!isSendable(text))
    throw new AppError("PAYLOAD_TOO_LARGE", {
      message: "The export is too large for the database. Import it in parts.",
    });
  await repository.importBuckets(db, principal.userId, text);
  return { refused, details: details.slice(0, MAX_DETAILS) };
}

const present = ({ data, ...bucket }: repository.BucketRow) => ({
  ...shown(bucket),
  data: JSON.parse(data) as Record<string, unknown>,
});

/** The JSON text of a bucket. Its data is in it as the database wrote it. */
const textOf = ({ data, ...bucket }: repository.BucketRow) =>
  `${JSON.stringify(shown(bucket)).slice(0, -"}".length)},"data":${data}}`;

const shown = ({
  id,
  type,
  client,
  hostname,
  created,
  last_updated,
}: Omit<repository.BucketRow, "data">) => ({
  id,
  type,
  client,
  hostname,
  created,
  ...(last_updated !== null && { last_updated }),
});
