import { and, eq, type SQL, sql } from "drizzle-orm";
import { PART_ITEMS } from "../../core/page.ts";
import type { Database } from "../../database/client.ts";
import { demand, demandHolding } from "../../database/demands.ts";
import { activityBuckets, activityEvents, activitySettings } from "../../database/entities/activity.ts";

/** A stretch of time; without an end where there is none. */
export interface Period {
  from: string | undefined;
  to: string | undefined;
}

/** An event as ActivityWatch shows it: its length in seconds. */
export interface EventRow extends Record<string, unknown> {
  id: number;
  timestamp: string;
  duration: number;
  data: Record<string, unknown>;
}

/** Some events of a long list, and the place of the last of them if there may be more. */
export interface EventPart<Place> {
  events: EventRow[];
  next: Place | undefined;
}

/** Where an event is in the order of its bucket. */
export interface EventPlace {
  startedAt: string;
  id: number;
}

/** Where an event is in the order of all buckets. */
export interface StoredPlace extends EventPlace {
  bucketKey: number;
}

const MAX_BUCKETS = 1_000;
const MAX_SETTINGS = 100;

/** What a query may read: all of it is in the Worker's memory at once. */
const MAX_QUERIED = { events: 50_000, bytes: 20_000_000 };

const isoInstant = (value: SQL) =>
  sql<string>`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const bound = (instant: string | undefined) => sql`${instant ?? null}::timestamptz`;

const eventFrom = (start: SQL, end: SQL) => sql`
  id::int8 as id, ${isoInstant(start)} as "timestamp", extract(epoch from ${end} - ${start})::float8 as duration, data`;

const storedEvent = eventFrom(sql`started_at`, sql`ended_at`);

/** What says that an event of a bucket touches a period, its ends included; null is without end. */
const touches = (bucketKey: SQL, from: SQL, to: SQL) => sql`
  bucket_key = ${bucketKey}
  and started_at <= coalesce(${to}, 'infinity') and ended_at >= coalesce(${from}, '-infinity')
  and started_at >= coalesce(
    ${from} - (select make_interval(hours => reach_hours) from ${activityBuckets} where key = ${bucketKey}),
    '-infinity')`;

/** A stored event, cut at the ends of a period. */
const cutEvent = (from: SQL, to: SQL) =>
  eventFrom(sql`greatest(started_at, ${from})`, sql`least(ended_at, ${to})`);

const bucketColumns = {
  key: activityBuckets.key,
  id: activityBuckets.id,
  type: activityBuckets.type,
  client: activityBuckets.client,
  hostname: activityBuckets.hostname,
  data: activityBuckets.data,
  created: activityBuckets.createdAt,
  last_updated: sql<string | null>`(
    select ${isoInstant(sql`ended_at`)} from ${activityEvents} where bucket_key = ${activityBuckets.key}
     order by started_at desc, id desc limit 1)`,
};

const isBucket = (userId: string, id: string) =>
  and(eq(activityBuckets.userId, userId), eq(activityBuckets.id, id));

const keyOf = (userId: string, id: string) =>
  sql`(select key from ${activityBuckets} where ${isBucket(userId, id)})`;

const demandBucket = (db: Database, userId: string, id: string) =>
  demand(db, sql`${keyOf(userId, id)} is not null`, "notFound", "There is no such bucket.");

const selectBuckets = (db: Database, where: SQL | undefined) =>
  db.select(bucketColumns).from(activityBuckets).where(where);

export type BucketRow = Awaited<ReturnType<typeof listBuckets>>[number];

/** The user's buckets, by id. */
export const listBuckets = (db: Database, userId: string) =>
  selectBuckets(db, eq(activityBuckets.userId, userId)).orderBy(activityBuckets.id);

/** The bucket, or undefined. */
export async function findBucket(db: Database, userId: string, id: string) {
  const [bucket] = await selectBuckets(db, isBucket(userId, id));
  return bucket;
}

/** Adds a bucket. Whether there was none with its id. @throws AppError BUSINESS_LOGIC_ERROR for one bucket too many */
export async function insertBucket(
  db: Database,
  bucket: typeof activityBuckets.$inferInsert,
): Promise<boolean> {
  const { userId, id } = bucket;
  const isRoom = sql`${keyOf(userId, id)} is not null
    or (select count(*) < ${MAX_BUCKETS} from ${activityBuckets} where ${eq(activityBuckets.userId, userId)})`;
  const [, { rowCount }] = await db.batch([
    demand(db, isRoom, "againstTheRules", `You have ${MAX_BUCKETS} buckets. Remove one that you don't need.`),
    db.insert(activityBuckets).values(bucket).onConflictDoNothing(),
  ]);
  return rowCount === 1;
}

/** Removes a bucket and its events. Whether there was one. */
export async function deleteBucket(db: Database, userId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.delete(activityBuckets).where(isBucket(userId, id));
  return rowCount === 1;
}

/** The events of a bucket that touch a period, cut at its ends, newest first. @throws AppError RESOURCE_NOT_FOUND */
export async function listEvents(
  db: Database,
  userId: string,
  bucketId: string,
  { from, to, limit, after }: Period & { limit: number; after: EventPlace | undefined },
): Promise<EventPart<EventPlace>> {
  const [start, end] = [bound(from), bound(to)];
  const size = Math.min(limit, PART_ITEMS);
  const [, { rows }] = await db.batch([
    demandBucket(db, userId, bucketId),
    db.execute<EventRow & { started: string }>(sql`
      select ${cutEvent(start, end)}, ${isoInstant(sql`started_at`)} as started
        from ${activityEvents}
       where ${touches(keyOf(userId, bucketId), start, end)}
         and ${after ? sql`(started_at, id) < (${after.startedAt}, ${after.id})` : sql`true`}
       order by started_at desc, id desc limit ${size}`),
  ]);
  const last = rows.length === size ? rows.at(-1) : undefined;
  return {
    events: rows.map(({ started: _, ...event }) => withNumbers(event)),
    next: last && { startedAt: last.started, id: Number(last.id) },
  };
}

/** How many events of a bucket touch a period. @throws AppError RESOURCE_NOT_FOUND */
export async function countEvents(db: Database, userId: string, bucketId: string, { from, to }: Period) {
  const touching = touches(keyOf(userId, bucketId), bound(from), bound(to));
  const [, { rows }] = await db.batch([
    demandBucket(db, userId, bucketId),
    db.execute<{ count: string }>(sql`select count(*) from ${activityEvents} where ${touching}`),
  ]);
  return Number(rows[0]?.count ?? 0);
}

/** What each bucket of each period holds, in the order asked. @throws AppError BUSINESS_LOGIC_ERROR if it is too much */
export async function listEventsOf(
  db: Database,
  userId: string,
  wanted: { bucketId: string; from: string; to: string }[],
) {
  const periods = JSON.stringify(wanted.map((one, place) => ({ place, ...one })));
  const events = sql`
    jsonb_to_recordset(${periods}::jsonb)
      as wanted (place int, "bucketId" text, "from" timestamptz, "to" timestamptz)
    join ${activityBuckets} bucket on bucket.user_id = ${userId} and bucket.id = wanted."bucketId",
    lateral (
      select id, started_at, ended_at, data from ${activityEvents}
       where ${touches(sql`bucket.key`, sql`wanted."from"`, sql`wanted."to"`)}
       limit ${MAX_QUERIED.events + 1}) as event`;
  const isRoom = sql`(
    select count(*) <= ${MAX_QUERIED.events} and coalesce(sum(pg_column_size(event.data)), 0) <= ${MAX_QUERIED.bytes}
      from ${events})`;
  const [, { rows }] = await db.batch([
    demand(db, isRoom, "againstTheRules", "These are too many events: ask for a shorter time."),
    db.execute<EventRow & { place: number }>(sql`
      select place, ${cutEvent(sql`"from"`, sql`"to"`)}
        from (select place, "from", "to", event.* from ${events}) as found
       order by place, started_at desc, id desc`),
  ]);
  return rows.map(withNumbers);
}

/** The buckets of an export, all or the one with `id`, in order, and the first part of their events. */
export async function startExport(db: Database, userId: string, id: string | undefined) {
  const where = id === undefined ? eq(activityBuckets.userId, userId) : isBucket(userId, id);
  const [buckets, { rows }] = await db.batch([
    selectBuckets(db, where).orderBy(activityBuckets.key),
    selectStored(db, userId, id, undefined),
  ]);
  return { buckets, ...toStoredPart(rows) };
}

/** The next part of the events of an export. */
export async function continueExport(
  db: Database,
  userId: string,
  id: string | undefined,
  after: StoredPlace,
) {
  const { rows } = await selectStored(db, userId, id, after);
  return toStoredPart(rows);
}

type StoredRow = EventRow & { bucket_key: string };

const selectStored = (
  db: Database,
  userId: string,
  id: string | undefined,
  { bucketKey, startedAt, id: eventId }: StoredPlace = { bucketKey: 0, startedAt: "-infinity", id: 0 },
) =>
  db.execute<StoredRow>(sql`
    select bucket_key, ${storedEvent}
      from events_after(${userId}, ${id ?? null}, ${bucketKey}, ${startedAt}, ${eventId}, ${PART_ITEMS})`);

function toStoredPart(rows: StoredRow[]) {
  const events = rows.map(({ bucket_key, ...event }) => ({
    bucketKey: Number(bucket_key),
    event: withNumbers(event),
  }));
  const last = events.length === PART_ITEMS ? events.at(-1) : undefined;
  const next: StoredPlace | undefined = last && {
    bucketKey: last.bucketKey,
    startedAt: last.event.timestamp,
    id: last.event.id,
  };
  return { events, next };
}

/** The event of a bucket, or undefined. */
export async function findEvent(db: Database, userId: string, bucketId: string, id: number) {
  const { rows } = await db.execute<EventRow>(
    sql`select ${storedEvent} from ${activityEvents} where id = ${id} and bucket_key = ${keyOf(userId, bucketId)}`,
  );
  return rows.map(withNumbers)[0];
}

/** Removes an event of a bucket. Whether there was one. */
export async function deleteEvent(
  db: Database,
  userId: string,
  bucketId: string,
  id: number,
): Promise<boolean> {
  const { rowCount } = await db
    .delete(activityEvents)
    .where(and(eq(activityEvents.id, id), eq(activityEvents.bucketKey, keyOf(userId, bucketId))));
  return rowCount === 1;
}

/** Adds events, given as JSON, or puts them in the place of others: then `activity:update` is needed. */
export async function storeEvents(
  db: Database,
  userId: string,
  bucketId: string,
  { events, doesReplace }: { events: string; doesReplace: boolean },
): Promise<EventRow[]> {
  const names = doesReplace ? sql`'{activity:update}'::text[]` : sql`'{}'::text[]`;
  const [, { rows }] = await db.batch([
    demandHolding(db, userId, names, "You may not replace events."),
    db.execute<EventRow>(
      sql`select ${storedEvent} from store_events(${userId}, ${bucketId}, ${events}::jsonb)`,
    ),
  ]);
  return rows.map(withNumbers);
}

/** What became of a heartbeat: the event that it prolonged, or is. @throws AppError RESOURCE_NOT_FOUND */
export async function mergeHeartbeat(
  db: Database,
  userId: string,
  bucketId: string,
  beat: { timestamp: string; duration: number; data: string; pulsetime: number },
) {
  const { rows } = await db.execute<EventRow>(sql`
    select ${storedEvent} from merge_heartbeat(
      ${userId}, ${bucketId}, ${beat.timestamp}, ${beat.duration}, ${beat.data}::jsonb, ${beat.pulsetime})`);
  return rows.map(withNumbers)[0];
}

/** All that ActivityWatch's pages remember for the user. */
export const listSettings = (db: Database, userId: string) =>
  db
    .select({ key: activitySettings.key, value: activitySettings.value })
    .from(activitySettings)
    .where(eq(activitySettings.userId, userId))
    .orderBy(activitySettings.key);

/** What they remember under `key`, or undefined. */
export async function findSetting(db: Database, userId: string, key: string) {
  const [setting] = await db
    .select({ value: activitySettings.value })
    .from(activitySettings)
    .where(and(eq(activitySettings.userId, userId), eq(activitySettings.key, key)));
  return setting;
}

/** Remembers `value`, given as JSON. @throws AppError BUSINESS_LOGIC_ERROR for one thing too many */
export async function saveSetting(db: Database, userId: string, key: string, value: string): Promise<void> {
  const set = { value: sql`${value}::jsonb`, updatedAt: sql`now()` };
  const isRoom = sql`(
    select count(*) < ${MAX_SETTINGS} from ${activitySettings}
     where ${eq(activitySettings.userId, userId)} and ${activitySettings.key} <> ${key})`;
  await db.batch([
    demand(db, isRoom, "againstTheRules", `There are ${MAX_SETTINGS} settings already.`),
    db
      .insert(activitySettings)
      .values({ userId, key, ...set })
      .onConflictDoUpdate({ target: [activitySettings.userId, activitySettings.key], set }),
  ]);
}

/** Adds what an import, given as JSON, holds and is not there yet. */
export async function importBuckets(db: Database, userId: string, buckets: string): Promise<void> {
  await db.execute(sql`select import_buckets(${userId}, ${buckets}::jsonb)`);
}

/** The driver hands out an int8 as text. */
const withNumbers = <Row extends EventRow>(row: Row): Row => ({ ...row, id: Number(row.id) });
