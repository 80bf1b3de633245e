import { and, eq, type SQL, sql } from "drizzle-orm";
import { PART_ITEMS } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireNamed, requireThat } from "../../../database/preconditions.ts";
import { activityBuckets, activityEvents, activitySettings } from "../../../database/tables/activity.ts";

/** A period. It is unbounded where `from` or `to` is undefined. */
export interface Period {
  from: string | undefined;
  to: string | undefined;
}

/** An event in ActivityWatch's form. `duration` is in seconds. */
export type EventRow = {
  id: number;
  timestamp: string;
  duration: number;
  data: Record<string, unknown>;
};

/** A part of a list of events, and the place of its last event if there may be more. */
export interface EventPart<Place> {
  events: EventRow[];
  next: Place | undefined;
}

/** Place of an event in the order of its bucket. */
export interface EventPlace {
  startedAt: string;
  id: number;
}

/** Place of an event in the order of requested periods. */
export interface PeriodPlace extends EventPlace {
  place: number;
}

/** Place of an event in the order of all buckets. */
export interface StoredPlace extends EventPlace {
  bucketKey: number;
}

/** Maximum number of bytes of text of a list that one round trip reads. Lists are streamed in parts of at most a megabyte. */
const LIST_PART_BYTES = 500_000;

/** Maximum numbers of rows and bytes that one round trip reads for a query. They take several times as much memory on the way. */
const QUERY_PART = { rows: 10_000, bytes: 2_000_000 };

const isoInstant = (value: SQL) =>
  sql<string>`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const bound = (instant: string | undefined) => sql`${instant ?? null}::timestamptz`;

const eventFrom = (start: SQL, end: SQL) => sql`
  id::int8 as id, ${isoInstant(start)} as "timestamp", extract(epoch from ${end} - ${start})::float8 as duration, data`;

const storedEvent = eventFrom(sql`started_at`, sql`ended_at`);

/** Returns an instant as JSON has a Date. */
const isoMilliseconds = (value: SQL) =>
  sql<string>`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Returns the condition that an event of a bucket touches a period, whose ends are included. A bound that is null is open. */
const touches = (bucketKey: SQL, from: SQL, to: SQL) => sql`
  bucket_key = ${bucketKey}
  and started_at <= coalesce(${to}, 'infinity') and ended_at >= coalesce(${from}, '-infinity')
  and started_at >= coalesce(
    ${from} - (select make_interval(hours => reach_hours) from ${activityBuckets} where key = ${bucketKey}),
    '-infinity')`;

/** Columns of a bucket. Its data is text, which is sent unchanged. */
const bucketColumns = sql`
  key, id, type, client, hostname, data::text as data, ${isoMilliseconds(sql`created_at`)} as created, (
    select ${isoInstant(sql`ended_at`)} from ${activityEvents} where bucket_key = ${activityBuckets.key}
     order by started_at desc, id desc limit 1) as last_updated`;

/** A bucket in ActivityWatch's form. `data` is the text of a JSON object. */
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

/** A part of a list of rows. */
export interface RowPart<Row> {
  rows: Row[];
  hasMore: boolean;
}

/**
 * Selects the first PART_ITEMS of `rows` whose `text` is at most LIST_PART_BYTES in total, but always the first row. So neither the
 * database nor the Worker holds more of a list at a time.
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

/** Lists the part of the user's buckets after the id `after`, in order of their ids. */
export async function listBuckets(db: Database, userId: string, after = ""): Promise<RowPart<BucketRow>> {
  const buckets = sql`
    select ${bucketColumns} from ${activityBuckets}
     where ${eq(activityBuckets.userId, userId)} and ${activityBuckets.id} > ${after}`;
  const { rows } = await db.execute<BucketRow & { found: string }>(
    selectPart(buckets, { order: sql`id`, text: sql`data` }),
  );
  return toRowPart(rows.map(withKeyNumber));
}

/** Lists the ids and hosts of the user's buckets, in order of their ids. */
export const listBucketIds = (db: Database, userId: string) =>
  db
    .select({ id: activityBuckets.id, hostname: activityBuckets.hostname })
    .from(activityBuckets)
    .where(eq(activityBuckets.userId, userId))
    .orderBy(activityBuckets.id);

/** Returns a bucket, or undefined. */
export async function findBucket(db: Database, userId: string, id: string): Promise<BucketRow | undefined> {
  const { rows } = await db.execute<BucketRow>(
    sql`select ${bucketColumns} from ${activityBuckets} where ${isBucket(userId, id)}`,
  );
  return rows.map(withKeyNumber)[0];
}

/**
 * Creates a bucket, at the time `created` if that is in the past. Returns false if a bucket with its id exists.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR if the user has too many buckets
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

/** Deletes a bucket and its events. Returns whether it existed. */
export async function deleteBucket(db: Database, userId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.delete(activityBuckets).where(isBucket(userId, id));
  return rowCount === 1;
}

/**
 * Lists the part of a bucket's events that touch a period, cut to it. The newest come first; events that start at the same time are in the
 * order in which they were stored.
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

/** A bucket and the period whose events are requested. A bound that is null is open. */
export interface RequestedPeriod {
  place: number;
  bucketId: string;
  from: string | null;
  to: string | null;
}

/** Returns the call of the SQL function events_of_periods, for the part of the requested periods after `after`. */
const eventsOfPeriods = (
  userId: string,
  requested: RequestedPeriod[],
  after: PeriodPlace | undefined,
  { rows, bytes }: { rows: number; bytes: number },
) => sql`events_of_periods(
  ${userId}, ${JSON.stringify(requested)}::jsonb, ${after?.place ?? -1}, ${after?.startedAt ?? "infinity"}, ${after?.id ?? 0},
  ${rows}, ${bytes})`;

/** Counts the events of a bucket that touch a period. @throws AppError RESOURCE_NOT_FOUND */
export async function countEvents(db: Database, userId: string, bucketId: string, { from, to }: Period) {
  const touching = touches(keyOf(userId, bucketId), bound(from), bound(to));
  const { counted } = await batch(db, {
    precondition: requireBucket(db, userId, bucketId),
    counted: db.execute<{ count: string }>(sql`select count(*) from ${activityEvents} where ${touching}`),
  });
  return Number(counted.rows[0]?.count ?? 0);
}

/** An event for a query: its start in milliseconds, its duration in seconds, its data as text. */
export type QueriedRow = {
  place: number;
  id: number;
  start: number;
  duration: number;
  data: string;
  /** Size of the data in bytes. */
  bytes: number;
};

/**
 * Reads the events of requested periods after `after`, two megabytes at most, period by period. The newest come first; events that start at
 * the same time are in the order in which they were stored.
 */
export async function readEventsOf(
  db: Database,
  userId: string,
  requested: RequestedPeriod[],
  after: PeriodPlace | undefined,
): Promise<{ rows: QueriedRow[]; next: PeriodPlace | undefined }> {
  const { rows } = await db.execute<QueriedRow & { started: string | null }>(sql`
    select place, id, (extract(epoch from starts) * 1000)::float8 as start,
           extract(epoch from ends - starts)::float8 as duration, data,
           octet_length(data) as bytes, case when has_more then ${isoInstant(sql`started_at`)} end as started
      from ${eventsOfPeriods(userId, requested, after, QUERY_PART)}`);
  const last = rows.at(-1);
  return {
    rows: rows.map(({ started: _, ...row }) => withNumbers(row)),
    next: last?.started ? { place: last.place, startedAt: last.started, id: Number(last.id) } : undefined,
  };
}

/** Reads the first parts of an export: of all buckets, or the bucket with `id`, and of their events. */
export async function startExport(db: Database, userId: string, id: string | undefined) {
  const { buckets, events } = await batch(db, {
    buckets: selectExported(db, userId, id, undefined),
    events: selectStored(db, userId, id, undefined),
  });
  return { buckets: toRowPart(buckets.rows.map(withKeyNumber)), events: toStoredPart(events.rows) };
}

/** Reads the first parts of an export of all activity: buckets, events and settings. */
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

/** Reads the next part of the buckets of an export, after the bucket with the key `after`, in order of their keys. */
export async function continueBuckets(db: Database, userId: string, id: string | undefined, after: number) {
  const { rows } = await selectExported(db, userId, id, after);
  return toRowPart(rows.map(withKeyNumber));
}

const selectExported = (db: Database, userId: string, id: string | undefined, after = 0) => {
  const where = id === undefined ? eq(activityBuckets.userId, userId) : isBucket(userId, id);
  const buckets = sql`select ${bucketColumns} from ${activityBuckets} where ${where} and key > ${after}`;
  return db.execute<BucketRow & { found: string }>(selectPart(buckets, { order: sql`key`, text: sql`data` }));
};

/** Reads the next part of the events of an export. */
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

/** Returns an event of a bucket, or undefined. */
export async function findEvent(db: Database, userId: string, bucketId: string, id: number) {
  const { rows } = await db.execute<EventRow>(
    sql`select ${storedEvent} from ${activityEvents} where id = ${id} and bucket_key = ${keyOf(userId, bucketId)}`,
  );
  return rows.map(withNumbers)[0];
}

/** Deletes an event of a bucket. Returns whether it existed. */
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

/**
 * Creates events, given as JSON, or replaces the events with their ids, which requires `activity:update`. @throws AppError
 * PERMISSION_DENIED
 */
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

/** Merges a heartbeat, and returns the event that it extended or created. @throws AppError RESOURCE_NOT_FOUND */
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

/** A setting of ActivityWatch's pages. `value` is JSON text. */
export type SettingRow = {
  key: string;
  value: string;
  updated_at: string;
};

/** Lists the part of the user's settings after the key `after`, in order of their keys. */
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

/** Returns the setting `key`, or undefined. */
export async function findSetting(db: Database, userId: string, key: string) {
  const [setting] = await db
    .select({ value: activitySettings.value })
    .from(activitySettings)
    .where(and(eq(activitySettings.userId, userId), eq(activitySettings.key, key)));
  return setting;
}

/** Saves a setting, whose value is given as JSON. @throws AppError BUSINESS_LOGIC_ERROR if the user has too many settings */
export async function saveSetting(db: Database, userId: string, key: string, value: string): Promise<void> {
  const set = { value: sql`${value}::jsonb`, updatedAt: sql`now()` };
  await db
    .insert(activitySettings)
    .values({ userId, key, ...set })
    .onConflictDoUpdate({ target: [activitySettings.userId, activitySettings.key], set });
}

/** Deletes a setting. */
export async function deleteSetting(db: Database, userId: string, key: string): Promise<void> {
  await db
    .delete(activitySettings)
    .where(and(eq(activitySettings.userId, userId), eq(activitySettings.key, key)));
}

/** Creates the buckets and events of an import, given as JSON, that don't exist yet. */
export async function importBuckets(db: Database, userId: string, buckets: string): Promise<void> {
  await db.execute(sql`select import_buckets(${userId}, ${buckets}::jsonb)`);
}

/** Converts the id of a row to a number: the driver returns an int8 as text. */
const withNumbers = <Row extends { id: number }>(row: Row): Row => ({ ...row, id: Number(row.id) });

const withKeyNumber = <Row extends { key: number }>(row: Row): Row => ({ ...row, key: Number(row.key) });

/** An event whose data is text, so that its size is known. */
type TextRow = Omit<EventRow, "data"> & { data: string };

const withParsedData = ({ data, ...event }: TextRow): EventRow => ({
  ...withNumbers(event),
  data: JSON.parse(data),
});
