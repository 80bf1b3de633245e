import { and, eq, type SQL, sql } from "drizzle-orm";
import { PART_ITEMS } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireNamed, requireThat } from "../../../database/preconditions.ts";
import { activityBuckets, activityEvents, activitySettings } from "../../../database/tables/activity.ts";

/** A stretch of time; without an end where there is none. */
export interface Period {
  from: string | undefined;
  to: string | undefined;
}

/** An event as ActivityWatch shows it: its length in seconds. */
export type EventRow = {
  id: number;
  timestamp: string;
  duration: number;
  data: Record<string, unknown>;
};

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

/** Where an event is in the order of periods of buckets. */
export interface PeriodPlace extends EventPlace {
  place: number;
}

/** Where an event is in the order of all buckets. */
export interface StoredPlace extends EventPlace {
  bucketKey: number;
}

/** How much text one round trip brings of a list that is sent on in parts, each of which is at most a megabyte. */
const LIST_PART_BYTES = 500_000;

/** How much of what a query reads one round trip brings: what it takes on the way is several times as much. */
const QUERY_PART = { rows: 10_000, bytes: 2_000_000 };

const isoInstant = (value: SQL) =>
  sql<string>`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const bound = (instant: string | undefined) => sql`${instant ?? null}::timestamptz`;

const eventFrom = (start: SQL, end: SQL) => sql`
  id::int8 as id, ${isoInstant(start)} as "timestamp", extract(epoch from ${end} - ${start})::float8 as duration, data`;

const storedEvent = eventFrom(sql`started_at`, sql`ended_at`);

/** An instant as JSON has a Date. */
const isoMilliseconds = (value: SQL) =>
  sql<string>`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What says that an event of a bucket touches a period, its ends included; null is without end. */
const touches = (bucketKey: SQL, from: SQL, to: SQL) => sql`
  bucket_key = ${bucketKey}
  and started_at <= coalesce(${to}, 'infinity') and ended_at >= coalesce(${from}, '-infinity')
  and started_at >= coalesce(
    ${from} - (select make_interval(hours => reach_hours) from ${activityBuckets} where key = ${bucketKey}),
    '-infinity')`;

/** The columns of a bucket. Its data is text, which goes into answers as it is. */
const bucketColumns = sql`
  key, id, type, client, hostname, data::text as data, ${isoMilliseconds(sql`created_at`)} as created, (
    select ${isoInstant(sql`ended_at`)} from ${activityEvents} where bucket_key = ${activityBuckets.key}
     order by started_at desc, id desc limit 1) as last_updated`;

/** A bucket as ActivityWatch shows it, with its data as the text of a JSON object. */
export type BucketRow = {
  key: number;
  id: string;
  type: string;
  client: string;
  hostname: string;
  data: string;
  created: string;
  last_updated: string | null;
};

/** Some rows of a long list, and whether there may be more. */
export interface RowPart<Row> {
  rows: Row[];
  hasMore: boolean;
}

/**
 * Those of the first PART_ITEMS of `rows` that come to LIST_PART_BYTES of `text` at most, or the first alone: so that neither
 * the database nor the Worker ever has more of a list at once.
 */
const selectPart = (rows: SQL, { order, text }: { order: SQL; text: SQL }) => sql`
  select * from (
    select listed.*, count(*) over () as found, row_number() over in_order as place,
           sum(octet_length(${text})) over in_order as bytes
      from (${rows} order by ${order} limit ${PART_ITEMS}) as listed
    window in_order as (order by ${order} rows unbounded preceding)) as part
   where bytes <= ${LIST_PART_BYTES} or place = 1 order by place`;

function toRowPart<Row>(rows: (Row & { found: string })[]): RowPart<Row> {
  const found = Number(rows[0]?.found ?? 0);
  return { rows, hasMore: rows.length < found || found === PART_ITEMS };
}

const isBucket = (userId: string, id: string) =>
  and(eq(activityBuckets.userId, userId), eq(activityBuckets.id, id));

const keyOf = (userId: string, id: string) =>
  sql`(select key from ${activityBuckets} where ${isBucket(userId, id)})`;

const requireBucket = (db: Database, userId: string, id: string) =>
  requireThat(db, sql`${keyOf(userId, id)} is not null`, "notFound", "Bucket not found.");

/** The user's buckets after the id `after`, in order: as many as go into a part. */
export async function listBuckets(db: Database, userId: string, after = ""): Promise<RowPart<BucketRow>> {
  const buckets = sql`
    select ${bucketColumns} from ${activityBuckets}
     where ${eq(activityBuckets.userId, userId)} and ${activityBuckets.id} > ${after}`;
  const { rows } = await db.execute<BucketRow & { found: string }>(
    selectPart(buckets, { order: sql`id`, text: sql`data` }),
  );
  return toRowPart(rows.map(withKeyNumber));
}

/** The ids and hosts of the user's buckets, in order of their ids. */
export const listBucketIds = (db: Database, userId: string) =>
  db
    .select({ id: activityBuckets.id, hostname: activityBuckets.hostname })
    .from(activityBuckets)
    .where(eq(activityBuckets.userId, userId))
    .orderBy(activityBuckets.id);

/** The bucket, or undefined. */
export async function findBucket(db: Database, userId: string, id: string): Promise<BucketRow | undefined> {
  const { rows } = await db.execute<BucketRow>(
    sql`select ${bucketColumns} from ${activityBuckets} where ${isBucket(userId, id)}`,
  );
  return rows.map(withKeyNumber)[0];
}

/**
 * Adds a bucket, made at `created` if that is past. Whether there was none with its id.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR for one bucket too many
 */
export async function insertBucket(
  db: Database,
  bucket: Omit<typeof activityBuckets.$inferInsert, "createdAt">,
  created: string | null | undefined,
): Promise<boolean> {
  const createdAt = sql`least(${created ?? null}::timestamptz, now())`;
  const { rowCount } = await db
    .insert(activityBuckets)
    .values({ ...bucket, createdAt })
    .onConflictDoNothing();
  return rowCount === 1;
}

/** Removes a bucket and its events. Whether there was one. */
export async function deleteBucket(db: Database, userId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.delete(activityBuckets).where(isBucket(userId, id));
  return rowCount === 1;
}

/**
 * The events of a bucket that touch a period, cut at its ends, newest first; events that began at once come as they were stored.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function listEvents(
  db: Database,
  userId: string,
  bucketId: string,
  { from, to, limit, after }: Period & { limit: number; after: EventPlace | undefined },
): Promise<EventPart<EventPlace>> {
  const period = { place: 0, bucketId, from: from ?? null, to: to ?? null };
  const part = { rows: Math.min(limit, PART_ITEMS), bytes: LIST_PART_BYTES };
  const { events } = await batch(db, {
    precondition: requireBucket(db, userId, bucketId),
    events: db.execute<TextRow & { started: string; has_more: boolean }>(sql`
      select ${eventFrom(sql`starts`, sql`ends`)}, ${isoInstant(sql`started_at`)} as started, has_more
        from ${eventsOfPeriods(userId, [period], after && { place: 0, ...after }, part)}`),
  });
  const last = events.rows.at(-1);
  return {
    events: events.rows.map(({ started: _, has_more: __, ...event }) => withParsedData(event)),
    next: last?.has_more ? { startedAt: last.started, id: Number(last.id) } : undefined,
  };
}

/** Where a bucket is asked for the events of a period: null has no end. */
export interface AskedPeriod {
  place: number;
  bucketId: string;
  from: string | null;
  to: string | null;
}

/** The call of the database's function of this name: the part after `after` of what is asked. */
const eventsOfPeriods = (
  userId: string,
  asked: AskedPeriod[],
  after: PeriodPlace | undefined,
  { rows, bytes }: { rows: number; bytes: number },
) => sql`events_of_periods(
  ${userId}, ${JSON.stringify(asked)}::jsonb, ${after?.place ?? -1}, ${after?.startedAt ?? "infinity"}, ${after?.id ?? 0},
  ${rows}, ${bytes})`;

/** How many events of a bucket touch a period. @throws AppError RESOURCE_NOT_FOUND */
export async function countEvents(db: Database, userId: string, bucketId: string, { from, to }: Period) {
  const touching = touches(keyOf(userId, bucketId), bound(from), bound(to));
  const { counted } = await batch(db, {
    precondition: requireBucket(db, userId, bucketId),
    counted: db.execute<{ count: string }>(sql`select count(*) from ${activityEvents} where ${touching}`),
  });
  return Number(counted.rows[0]?.count ?? 0);
}

/** An event as a query reads it: its start in milliseconds, its length in seconds, its data as text. */
export type QueriedRow = {
  place: number;
  id: number;
  start: number;
  duration: number;
  data: string;
  /** How long its data is, in bytes. */
  bytes: number;
};

/**
 * The events of buckets in periods, period after period, newest first; events that began at once come as they were stored. Returns the part
 * after `after`, of two megabytes at most.
 */
export async function readEventsOf(
  db: Database,
  userId: string,
  asked: AskedPeriod[],
  after: PeriodPlace | undefined,
): Promise<{ rows: QueriedRow[]; next: PeriodPlace | undefined }> {
  const { rows } = await db.execute<QueriedRow & { started: string | null }>(sql`
    select place, id, (extract(epoch from starts) * 1000)::float8 as start,
           extract(epoch from ends - starts)::float8 as duration, data,
           octet_length(data) as bytes, case when has_more then ${isoInstant(sql`started_at`)} end as started
      from ${eventsOfPeriods(userId, asked, after, QUERY_PART)}`);
  const last = rows.at(-1);
  return {
    rows: rows.map(({ started: _, ...row }) => withNumbers(row)),
    next: last?.started ? { place: last.place, startedAt: last.started, id: Number(last.id) } : undefined,
  };
}

/** The first parts of an export: of the buckets, all or the one with `id`, and of their events. */
export async function startExport(db: Database, userId: string, id: string | undefined) {
  const { buckets, events } = await batch(db, {
    buckets: selectExported(db, userId, id, undefined),
    events: selectStored(db, userId, id, undefined),
  });
  return { buckets: toRowPart(buckets.rows.map(withKeyNumber)), events: toStoredPart(events.rows) };
}

/** The first parts of an export of everything: with what ActivityWatch's pages remember. */
export async function startExportWithSettings(db: Database, userId: string) {
  const { buckets, events, settings } = await batch(db, {
    buckets: selectExported(db, userId, undefined, undefined),
    events: selectStored(db, userId, undefined, undefined),
    settings: selectSettings(db, userId),
  });
  return {
    buckets: toRowPart(buckets.rows.map(withKeyNumber)),
    events: toStoredPart(events.rows),
    settings: toRowPart(settings.rows),
  };
}

/** The buckets of an export after the one with the key `after`, in order of their keys. */
export async function continueBuckets(db: Database, userId: string, id: string | undefined, after: number) {
  const { rows } = await selectExported(db, userId, id, after);
  return toRowPart(rows.map(withKeyNumber));
}

const selectExported = (db: Database, userId: string, id: string | undefined, after = 0) => {
  const where = id === undefined ? eq(activityBuckets.userId, userId) : isBucket(userId, id);
  const buckets = sql`select ${bucketColumns} from ${activityBuckets} where ${where} and key > ${after}`;
  return db.execute<BucketRow & { found: string }>(selectPart(buckets, { order: sql`key`, text: sql`data` }));
};

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

type StoredRow = EventRow & { bucket_key: string; found: string };

const selectStored = (
  db: Database,
  userId: string,
  id: string | undefined,
  { bucketKey, startedAt, id: eventId }: StoredPlace = { bucketKey: 0, startedAt: "-infinity", id: 0 },
) => {
  const events = sql`
    select * from events_after(${userId}, ${id ?? null}, ${bucketKey}, ${startedAt}, ${eventId}, ${PART_ITEMS})`;
  return db.execute<StoredRow>(sql`
    select bucket_key, found, ${storedEvent}
      from (${selectPart(events, { order: sql`bucket_key, started_at, id`, text: sql`data::text` })}) as stored
     order by place`);
};

function toStoredPart(rows: StoredRow[]) {
  const { hasMore } = toRowPart(rows);
  const events = rows.map(({ bucket_key, found: _, ...event }) => ({
    bucketKey: Number(bucket_key),
    event: withNumbers(event),
  }));
  const last = hasMore ? events.at(-1) : undefined;
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
  const names = doesReplace ? ["activity:update"] : [];
  const { stored } = await batch(db, {
    precondition: requireNamed(db, userId, {
      names,
      message: "You do not have permission to replace events.",
    }),
    stored: db.execute<EventRow>(
      sql`select ${storedEvent} from store_events(${userId}, ${bucketId}, ${events}::jsonb)`,
    ),
  });
  return stored.rows.map(withNumbers);
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

/** What ActivityWatch's pages remember under a name, as the text of JSON. */
export type SettingRow = {
  key: string;
  value: string;
  updated_at: string;
};

/** What ActivityWatch's pages remember for the user, after the name `after`, in order: as much as goes into a part. */
export async function listSettings(db: Database, userId: string, after = ""): Promise<RowPart<SettingRow>> {
  return toRowPart((await selectSettings(db, userId, after)).rows);
}

const selectSettings = (db: Database, userId: string, after = "") => {
  const settings = sql`
    select key, value::text as value, ${isoMilliseconds(sql`updated_at`)} as updated_at from ${activitySettings}
     where ${eq(activitySettings.userId, userId)} and ${activitySettings.key} > ${after}`;
  return db.execute<SettingRow & { found: string }>(
    selectPart(settings, { order: sql`key`, text: sql`value` }),
  );
};

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
  await db
    .insert(activitySettings)
    .values({ userId, key, ...set })
    .onConflictDoUpdate({ target: [activitySettings.userId, activitySettings.key], set });
}

/** Forgets what they remember under `key`. */
export async function deleteSetting(db: Database, userId: string, key: string): Promise<void> {
  await db
    .delete(activitySettings)
    .where(and(eq(activitySettings.userId, userId), eq(activitySettings.key, key)));
}

/** Adds what an import, given as JSON, holds and is not there yet. */
export async function importBuckets(db: Database, userId: string, buckets: string): Promise<void> {
  await db.execute(sql`select import_buckets(${userId}, ${buckets}::jsonb)`);
}

/** The driver hands out an int8 as text. */
const withNumbers = <Row extends { id: number }>(row: Row): Row => ({ ...row, id: Number(row.id) });

const withKeyNumber = <Row extends { key: number }>(row: Row): Row => ({ ...row, key: Number(row.key) });

/** A row whose data is text, as it is counted. */
type TextRow = Omit<EventRow, "data"> & { data: string };

const withParsedData = ({ data, ...event }: TextRow): EventRow => ({
  ...withNumbers(event),
  data: JSON.parse(data),
});
