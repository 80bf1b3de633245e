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

const DEVICE_ID = "productivity-tracker";

/**
 * Limits of what a query may read: enough for a month of 2,500 windows a day, or a year of 400, with other activity. `bytes` are those of
 * the events' data as text; `memory` is the size of the parsed data, which is much larger for lists of empty values. `lists` counts pairs
 * of a bucket and a period: each takes the database a lookup, even if it has no events.
 */
const MAX_QUERIED = { lists: 5000, events: 250_000, bytes: 32_000_000, memory: 32_000_000 };

/** Returns the server information. `testing` is true in development, as the test suites of clients expect. */
export const getInfo = ({ settings }: Pick<Scope, "settings">, hostname: string) => ({
  hostname,
  version: `v${VERSION}`,
  testing: settings.ENVIRONMENT === "development",
  device_id: DEVICE_ID,
});

/** Yields the JSON text of the caller's buckets, an object by id, in parts. */
export const listBuckets = ({ db, principal }: PrincipalScope): AsyncGenerator<string> =>
  writeList<repository.BucketRow>(
    ["{", "}"],
    (last) => repository.listBuckets(db, principal.userId, last?.id),
    (bucket) => `${JSON.stringify(bucket.id)}:${textOf(bucket)}`,
  );

/** Yields the text of a list between `open` and `close`, in as many parts as `read` returns. */
async function* writeList<Row>(
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

/** Returns a bucket of the caller. @throws AppError RESOURCE_NOT_FOUND */
export async function getBucket({ db, principal }: PrincipalScope, id: string) {
  return presentBucket((await repository.findBucket(db, principal.userId, id)) ?? notFound("bucket"));
}

/**
 * Creates a bucket. Returns false if a bucket with its id exists. @throws AppError BUSINESS_LOGIC_ERROR if the caller has too many buckets
 */
export function createBucket({ db, principal }: PrincipalScope, id: string, input: NewBucket, host: string) {
  const { hostname, data = {}, created, ...rest } = input;
  const place =
    hostname === "!local" ? { hostname: host, data: { ...data, device_id: DEVICE_ID } } : { hostname, data };
  return repository.insertBucket(db, { ...rest, ...place, id, userId: principal.userId }, created);
}

/** Deletes a bucket and its events. @throws AppError RESOURCE_NOT_FOUND */
export async function deleteBucket({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.deleteBucket(db, principal.userId, id))) notFound("bucket");
}

/**
 * Yields the JSON text of the events of a bucket that touch a period, in parts. Events are cut to the period; the newest come first.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function* listEvents(
  { db, principal }: PrincipalScope,
  bucketId: string,
  { start: from, end: to, limit = -1 }: EventQuery,
): AsyncGenerator<string> {
  let remaining = limit === -1 ? Number.POSITIVE_INFINITY : limit;
  let after: repository.EventPlace | undefined;
  let isFirst = true;
  do {
    const period = { from, to, limit: remaining, after };
    const { events, next } = await repository.listEvents(db, principal.userId, bucketId, period);
    const text = JSON.stringify(events).slice(1, -1);
    if (isFirst) yield `[${text}`;
    else if (text) yield `,${text}`;
    isFirst = false;
    remaining -= events.length;
    after = next;
  } while (after && remaining > 0);
  yield "]";
}

/** Counts the events of a bucket in a period, whose bounds have two names among clients. @throws AppError RESOURCE_NOT_FOUND */
export const countEvents = ({ db, principal }: PrincipalScope, bucketId: string, query: CountQuery) =>
  repository.countEvents(db, principal.userId, bucketId, {
    from: query.start ?? query.starttime,
    to: query.end ?? query.endtime,
  });

/** Returns an event of a bucket. @throws AppError RESOURCE_NOT_FOUND */
export async function getEvent({ db, principal }: PrincipalScope, bucketId: string, id: number) {
  return (await repository.findEvent(db, principal.userId, bucketId, id)) ?? notFound("event");
}

/** Deletes an event of a bucket. @throws AppError RESOURCE_NOT_FOUND */
export async function deleteEvent({ db, principal }: PrincipalScope, bucketId: string, id: number) {
  if (!(await repository.deleteEvent(db, principal.userId, bucketId, id))) notFound("event");
}

/** Creates events; an event with an id replaces the event with that id. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const storeEvents = ({ db, principal }: PrincipalScope, bucketId: string, events: NewEvents) =>
  repository.storeEvents(db, principal.userId, bucketId, {
    events: storableJson(events),
    doesReplace: events.some(({ id }) => typeof id === "number"),
  });

/** Merges a heartbeat into its bucket, and returns the event that it extended or created. @throws AppError RESOURCE_NOT_FOUND */
export async function acceptHeartbeat(
  { db, principal }: PrincipalScope,
  bucketId: string,
  pulsetime: number,
  { data, ...beat }: Heartbeat,
) {
  const merged = { ...beat, pulsetime, data: storableJson(data) };
  return (await repository.mergeHeartbeat(db, principal.userId, bucketId, merged)) ?? notFound("bucket");
}

/**
 * Runs a query in ActivityWatch's language, and yields the JSON text of its results, an array by period, in parts. One round trip lists
 * the buckets. The query then runs on empty buckets, which shows whose events it needs; these are read in one more round trip, or in
 * several if they are many. Calls `onUnusable` with the rules that could not be used, before the first part.
 *
 * @throws AppError BAD_REQUEST for an invalid query, BUSINESS_LOGIC_ERROR for a query that reads too much, RATE_LIMIT_EXCEEDED while
 * another large query runs
 */
export async function* runQuery(
  { db, principal }: PrincipalScope,
  { query, timeperiods }: Query,
  onUnusable: (rules: UnusableRule[]) => void,
): AsyncGenerator<string> {
  const buckets = await repository.listBucketIds(db, principal.userId);
  const turn = newTurn();
  try {
    const statements = withClientErrors(() => parseQuery(query));
    const budget = new Budget();
    const regexes = new Regexes(budget);
    const resultFor = ({ from, to }: Query["timeperiods"][number], eventsOf: Source["eventsOf"]) =>
      withClientErrors(() =>
        evaluate(statements, { start: from, end: to, buckets, bucketIds, eventsOf, regexes, budget }),
      );

    const bucketIds = buckets.map(({ id }) => id);
    const known = new Set(bucketIds);
    const queriedIds = new Set<string>();
    const onEmpty = (id: string) => {
      if (!known.has(id)) throw new QueryError(`Bucket ${id} not found.`);
      queriedIds.add(id);
      return [];
    };
    for (const period of timeperiods) budget.release(heldBytesOf(resultFor(period, onEmpty)));

    if (queriedIds.size * timeperiods.length > MAX_QUERIED.lists) throw tooManyError("buckets and periods");
    const places = new Map([...queriedIds].map((id, place) => [id, place]));
    const requested = timeperiods
      .flatMap((period) => [...queriedIds].map((bucketId) => ({ ...period, bucketId })))
      .map((period, place) => ({ ...period, place }));
    const eventsAt = await readEvents({ db, principal }, requested, turn);
    const results = timeperiods.map((period, nth) =>
      resultFor(period, (id) => eventsAt.get(nth * places.size + (places.get(id) ?? 0)) ?? []),
    );
    withClientErrors(() => payForJson(budget, results));
    if (regexes.unusable.length > 0) onUnusable(regexes.unusable);
    yield* jsonPartsOf(results);
  } finally {
    turn.end();
  }
}

/** Returns the result of `work`. @throws AppError BAD_REQUEST in place of a QueryError */
function withClientErrors<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new AppError("BAD_REQUEST", { message: error.message, cause: error });
  }
}

const tooManyError = (what: string) =>
  new AppError("BUSINESS_LOGIC_ERROR", { message: `Too many ${what}. Request a shorter period.` });

/** Reads the events of the requested periods, by the place of each. Equal data is in memory once. */
async function readEvents(
  { db, principal }: Pick<PrincipalScope, "db" | "principal">,
  requested: Parameters<typeof repository.readEventsOf>[2],
  turn: Turn,
): Promise<Map<number, QueryEvent[]>> {
  const events = new Map<number, QueryEvent[]>();
  const dataByText = new Map<string, Pick<QueryEvent, "data" | "dataSize">>();
  const remaining = { ...MAX_QUERIED };
  let after: repository.PeriodPlace | undefined;
  do {
    const { rows, next } = await repository.readEventsOf(db, principal.userId, requested, after);
    for (const { place, id, start, duration, data: text, bytes } of rows) {
      let known = dataByText.get(text);
      if (!known) {
        const data = JSON.parse(text) as QueryEvent["data"];
        known = { data, dataSize: sizeOfShared(data) };
        dataByText.set(text, known);
        remaining.memory -= known.dataSize.bytes;
      }
      remaining.bytes -= bytes;
      const event = new QueryEvent(start, start + 1000 * duration, known.data, id, known.dataSize);
      const list = events.get(place);
      if (list) list.push(event);
      else events.set(place, [event]);
    }
    remaining.events -= rows.length;
    if (Math.min(remaining.events, remaining.bytes, remaining.memory) < 0) throw tooManyError("events");
    after = next;
    if (after) turn.take();
  } while (after);
  return events;
}

/** Yields the JSON text of the settings of ActivityWatch's pages, an object by name, in parts. */
export const listSettings = ({ db, principal }: PrincipalScope): AsyncGenerator<string> =>
  writeList<repository.SettingRow>(
    ["{", "}"],
    (last) => repository.listSettings(db, principal.userId, last?.key),
    ({ key, value }) => `${JSON.stringify(key)}:${value}`,
  );

/** Returns the value of a setting, or null. */
export async function getSetting({ db, principal }: PrincipalScope, key: string): Promise<unknown> {
  return (await repository.findSetting(db, principal.userId, key))?.value ?? null;
}

/** Saves a setting. @throws AppError BUSINESS_LOGIC_ERROR if the caller has too many settings */
export const saveSetting = ({ db, principal }: PrincipalScope, key: string, value: unknown): Promise<void> =>
  repository.saveSetting(db, principal.userId, key, storableJson(value));

/** Deletes a setting, if it exists. */
export const deleteSetting = ({ db, principal }: PrincipalScope, key: string): Promise<void> =>
  repository.deleteSetting(db, principal.userId, key);

/**
 * Yields the JSON text of an export of all buckets of the caller, or of one, in parts that are read when they are needed. Ordinary amounts
 * take one round trip; each further thousand events, or half a megabyte, takes one more.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function* exportBuckets(scope: PrincipalScope, id?: string): AsyncGenerator<string> {
  const first = await repository.startExport(scope.db, scope.principal.userId, id);
  if (id !== undefined && first.buckets.rows.length === 0) notFound("bucket");
  yield* writeBuckets(scope, id, first);
}

/** Yields two members of a JSON object with all activity of the caller: `activity_settings` and `activity`. */
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
  const nextBuckets = rowsOf(first.buckets, ({ key }) => repository.continueBuckets(db, userId, id, key));
  let open: repository.BucketRow | undefined;
  let isAtEnd = false;
  /** Ends the open bucket and begins the next. Returns the text of both. */
  const turn = async () => {
    const end = open ? "]}" : "";
    const next = await nextBuckets.next();
    open = next.done ? undefined : next.value;
    isAtEnd = open === undefined;
    return open ? `${end && `${end},`}${JSON.stringify(open.id)}:${beginBucket(open)}` : end;
  };
  yield '{"buckets":{';
  let part: typeof first.events | undefined = first.events;
  while (part) {
    for (const [key, rows] of Map.groupBy(part.events, ({ bucketKey }) => bucketKey)) {
      const comma = open?.key === key ? "," : "";
      while (!isAtEnd && (open?.key ?? 0) < key) yield await turn();
      // A bucket that was created during the export is left out.
      if (open?.key !== key) continue;
      yield comma + rows.map(({ event }) => JSON.stringify(event)).join(",");
    }
    part = part.next && (await repository.continueExport(db, userId, id, part.next));
  }
  while (!isAtEnd) yield await turn();
  yield "}}";
}

/** Yields the rows of a list whose first part has been read. */
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

/**
 * Imports the buckets and events of an export that don't exist yet. Importing them twice changes nothing. Returns the number of invalid
 * events, which are skipped, and their problems.
 *
 * @throws AppError PAYLOAD_TOO_LARGE if the export is too large for the database
 */
export async function importBuckets({ db, principal }: PrincipalScope, { buckets }: Import) {
  let refused = 0;
  const details: ErrorDetail[] = [];
  const valid = Object.entries(buckets).map(([id, { data, events, ...bucket }]) => ({
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
  const text = storableJson(valid);
  if (!isSendable(text))
    throw new AppError("PAYLOAD_TOO_LARGE", {
      message: "The export is too large for the database. Import it in parts.",
    });
  await repository.importBuckets(db, principal.userId, text);
  return { refused, details: details.slice(0, MAX_DETAILS) };
}

const presentBucket = ({ data, ...bucket }: repository.BucketRow) => ({
  ...publicFieldsOf(bucket),
  data: JSON.parse(data) as Record<string, unknown>,
});

/** Returns the JSON text of a bucket, with its data as the database wrote it. */
const textOf = ({ data, ...bucket }: repository.BucketRow) =>
  `${JSON.stringify(publicFieldsOf(bucket)).slice(0, -"}".length)},"data":${data}}`;

const publicFieldsOf = ({
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
