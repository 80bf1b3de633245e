import { z } from "@hono/zod-openapi";
import type { JsonLimits } from "../../../core/json-limits.ts";
import { wholeNumber } from "../../../core/whole-number.ts";
import { boundedList } from "../../../http/bounded-list.ts";
import { ErrorDetail } from "../../../http/error-response.ts";
import { rawText } from "../../../http/schema-parts.ts";

const MAX_EVENTS = 10_000;
const MAX_PERIODS = 50;
const MAX_LINES = 5_000;
const MAX_BUCKETS = 1_000;
const MAX_IMPORTED_EVENTS = 100_000;
const MAX_SECONDS = 366 * 86_400;

/** JSON escapes that the database can't store in text: NUL, and halves of surrogate pairs. Other escapes are matched to be skipped. */
const UNSTORABLE = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/** Returns `value` as JSON that can be stored. It replaces characters, so that one window title can't block a watcher's queue forever. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNSTORABLE, (code) => (code.length === 6 ? "\\ufffd" : code));

const MAX_DEPTH = 20;
/** Maximum number of characters of JSON of an event's data, and of a setting's value: lists of them must fit into the Worker's memory. */
const MAX_DATA_LENGTH = 16_384;

/** Maximum number of characters that the database writes for a number with an exponent: 1e308 has 309 digits there. */
const EXPONENT_DIGITS = 330;

/** Returns the length of `value` as JSON in the database, or somewhat more. */
function storedLengthOf(value: unknown): number {
  let digits = 0;
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "number" && String(part).includes("e")) digits += EXPONENT_DIGITS;
    return part;
  });
  return digits + text.length;
}

const isShallow = (value: unknown, depth = 0): boolean =>
  value === null || typeof value !== "object"
    ? true
    : depth < MAX_DEPTH && Object.values(value).every((part) => isShallow(part, depth + 1));

const Data = z
  .record(z.string(), z.unknown())
  .refine((data) => isShallow(data), {
    error: `must be nested at most ${MAX_DEPTH} levels deep`,
    abort: true,
  })
  .refine((data) => storedLengthOf(data) <= MAX_DATA_LENGTH, {
    error: `must be at most ${MAX_DATA_LENGTH} characters of JSON`,
  })
  .openapi({
    type: "object",
    description: "Data that the watcher reported",
    example: { app: "Terminal", title: "notes" },
  });

/** Value of a setting of ActivityWatch's pages: any JSON. */
export const SettingValue = z
  .unknown()
  .refine((value) => isShallow(value), {
    error: `must be nested at most ${MAX_DEPTH} levels deep`,
    abort: true,
  })
  .refine((value) => storedLengthOf(value) <= MAX_DATA_LENGTH, {
    error: `must be at most ${MAX_DATA_LENGTH} characters of JSON`,
  })
  .openapi({ description: "Any JSON", example: "04:00" });

/** Maximum number of characters of an instant that Postgres reads. */
const MAX_TIMESTAMP_LENGTH = 64;

/**
 * An instant with its offset from UTC; without one, in UTC. It may be in the form of RFC 3339 or of Python, which has a space in place of
 * the T, or shortened as in ISO 8601: to `+0000`, without seconds, or to the day. It is converted to text in UTC, exact to the microsecond,
 * since Postgres reads offsets only up to 15:59, and RFC 3339 allows 23:59.
 */
const Timestamp = z
  .string()
  .max(MAX_TIMESTAMP_LENGTH)
  .transform((text, { addIssue }) => {
    const instant = toUtc(text);
    if (instant) return instant;
    addIssue({ code: "invalid_format", format: "datetime", input: text, message: "Invalid ISO datetime" });
    return z.NEVER;
  })
  .refine((text) => isInSupportedYears(new Date(text)), { error: "must be between 1900 and 2200" })
  .openapi({ type: "string", format: "date-time", example: "2026-11-23T15:04:05.123456Z" });

const INSTANT =
  /^(?<year>[1-9]\d{3})(?<dash>-?)(?<month>\d\d)\k<dash>(?<day>\d\d)(?:[Tt ](?<hour>\d\d)(?::?(?<minute>\d\d)(?::?(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?)?(?: ?(?:[Zz]|(?<sign>[+-])(?<hours>\d\d)(?::?(?<minutes>\d\d))?))?)?$/;

/** Returns the instant `text` in UTC, with the digits of its fraction unchanged; undefined if `text` is not an instant. */
function toUtc(text: string): string | undefined {
  const parts = INSTANT.exec(text)?.groups;
  if (!parts) return undefined;
  const number = (name: string) => Number(parts[name] ?? 0);
  const [month, day] = [number("month"), number("day")];
  const midnight = new Date(Date.UTC(number("year"), month - 1, day));
  const isDate = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  const isTime = number("hour") < 24 && number("minute") < 60 && number("second") <= LEAP_SECOND;
  if (!isDate || !isTime || number("hours") > 23 || number("minutes") > 59) return undefined;
  const ahead = (parts.sign === "-" ? -60 : 60) * (60 * number("hours") + number("minutes"));
  const seconds = 60 * (60 * number("hour") + number("minute")) + number("second") - ahead;
  const whole = new Date(midnight.getTime() + 1000 * seconds).toISOString().slice(0, -".000Z".length);
  return `${whole}${parts.fraction ? `.${parts.fraction}` : ""}Z`;
}

/** The leap second of a minute (RFC 3339 5.6), read as the first second of the next minute. */
const LEAP_SECOND = 60;

const isInSupportedYears = (date: Date) => date.getUTCFullYear() >= 1900 && date.getUTCFullYear() < 2200;

const Seconds = z.number().min(0).max(MAX_SECONDS);

const EventId = z.int().min(1);

export const Event = z
  .object({
    id: EventId,
    timestamp: z.iso.datetime().openapi({ example: "2026-11-23T15:04:05.123456Z" }),
    duration: z.number().openapi({ description: "Seconds", example: 12.5 }),
    data: Data,
  })
  .openapi("ActivityEvent");

const newEvent = {
  timestamp: Timestamp,
  duration: Seconds.default(0).openapi({ description: "Seconds" }),
  data: Data,
};

export const Heartbeat = z.object(newEvent).openapi("ActivityHeartbeat");
export type Heartbeat = z.output<typeof Heartbeat>;

const NewEvent = z.object({ id: EventId.nullish(), ...newEvent }).openapi("NewActivityEvent", {
  description: "An event with an id replaces the event that has it",
});

/** Events to store: a list, or a single event, which becomes a list of one. */
export const NewEvents = z
  .preprocess((body) => (Array.isArray(body) ? body : [body]), boundedList(NewEvent, MAX_EVENTS))
  .openapi("NewActivityEvents", { description: "A single event may also be sent without a list" });
export type NewEvents = z.output<typeof NewEvents>;

const label = rawText(255);

export const NewBucket = z
  .object({
    type: label,
    client: label,
    hostname: label.openapi({ description: "`!local` stands for the server's host name", example: "laptop" }),
    data: Data.optional(),
    created: Timestamp.nullish()
      .catch(undefined)
      .openapi({
        type: ["string", "null"],
        format: "date-time",
        description:
          "Time when the bucket was created elsewhere. If missing or in the future, the current time is used",
      }),
  })
  .openapi("NewActivityBucket");
export type NewBucket = z.output<typeof NewBucket>;

const instant = z.iso.datetime().openapi({ example: "2026-11-23T15:04:05.123Z" });

export const Bucket = z
  .object({
    id: z.string().openapi({ example: "aw-watcher-window_laptop" }),
    type: z.string().openapi({ example: "currentwindow" }),
    client: z.string().openapi({ example: "aw-watcher-window" }),
    hostname: z.string(),
    data: Data,
    created: instant,
    last_updated: instant.optional().openapi({ description: "End of the newest event" }),
  })
  .openapi("ActivityBucket");

export const Buckets = z
  .record(z.string(), Bucket)
  .openapi("ActivityBuckets", { description: "Buckets by their ids" });

export const BucketParams = z.object({
  bucket_id: label
    .min(1)
    .openapi({ param: { name: "bucket_id", in: "path" }, example: "aw-watcher-afk_laptop" }),
});

export const EventParams = BucketParams.extend({
  event_id: wholeNumber(1, Number.MAX_SAFE_INTEGER).openapi({
    param: { name: "event_id", in: "path" },
    type: "integer",
    example: 1,
  }),
});

/** A bound of a period. Clients without a bound omit it, or send it empty or as `null`. */
const bound = z
  .union([z.enum(["", "null"]).transform(() => undefined), Timestamp], {
    error: "must be an instant such as 2026-11-23T15:04:05Z; in a URL, write + as %2B",
  })
  .optional()
  .openapi({ type: "string", format: "date-time", example: "2026-11-23T15:04:05Z" });

export const EventQuery = z.object({
  start: bound,
  end: bound,
  limit: wholeNumber(-1, Number.MAX_SAFE_INTEGER).optional().openapi({
    type: "integer",
    minimum: -1,
    description: "Maximum number of events; all if it is absent or -1",
  }),
});
export type EventQuery = z.output<typeof EventQuery>;

export const CountQuery = z.object({ start: bound, end: bound, starttime: bound, endtime: bound });
export type CountQuery = z.output<typeof CountQuery>;

export const HeartbeatQuery = z.object({
  pulsetime: z
    .string()
    .regex(/^\d+(\.\d+)?$/, { error: "must be seconds in decimal digits, such as 60 or 0.5" })
    .transform(Number)
    .pipe(Seconds)
    .openapi({
      type: "number",
      description:
        "Seconds after an event's end within which a heartbeat with the same data extends the event",
    }),
});

const Period = rawText(100)
  .transform((text) => text.split("/"))
  .pipe(z.tuple([Timestamp, Timestamp]))
  .transform(([from, to]) => ({ from, to }))
  .openapi({ type: "string", example: "2026-11-23T00:00:00Z/2026-11-24T00:00:00Z" });

export const Query = z
  .object({
    query: z
      .array(z.string())
      .max(MAX_LINES)
      .transform((lines) => lines.join("\n"))
      .pipe(z.string().max(50_000))
      .openapi({
        type: "array",
        items: { type: "string" },
        example: ['RETURN = query_bucket("aw-watcher-afk_laptop");'],
      }),
    timeperiods: z.array(Period).min(1).max(MAX_PERIODS),
  })
  .openapi("ActivityQuery");
export type Query = z.output<typeof Query>;

export const QueryResults = z
  .array(z.unknown())
  .openapi("ActivityQueryResults", { description: "The query's result for each period" });

export const SettingParams = z.object({
  key: rawText(127)
    .min(1)
    .transform((text) => text.normalize("NFC"))
    .openapi({
      type: "string",
      minLength: 1,
      maxLength: 127,
      param: { name: "key", in: "path" },
      example: "startOfDay",
    }),
});

/** A label that the exporting server may not have known. */
const importedLabel = label
  .nullish()
  .transform((text) => text ?? "unknown")
  .openapi({ type: ["string", "null"], maxLength: 255, default: "unknown" });

const ImportedBucket = z.object({
  id: label.min(1).nullish(),
  type: importedLabel,
  client: importedLabel,
  hostname: importedLabel,
  data: Data.nullish(),
  created: NewBucket.shape.created,
  events: z
    .array(z.unknown())
    .default([])
    .openapi({ type: "array", items: { $ref: "#/components/schemas/ActivityHeartbeat" } }),
});

/** Limits of the JSON of an import: 8 MiB of an export have half as many values. */
export const IMPORT_LIMITS: JsonLimits = { values: 1_000_000, depth: 1_000 };

/**
 * An export to import. Its events are validated one by one later, so that an invalid event does not affect the others. An import with too
 * many buckets or events is rejected before anything else is validated.
 */
export const Import = z
  .object({
    buckets: z.preprocess(
      rejectTooMany,
      z.record(label.min(1), ImportedBucket).openapi({
        description: `Up to ${MAX_BUCKETS} buckets with up to ${MAX_IMPORTED_EVENTS} events in total`,
      }),
    ),
  })
  .openapi("ActivityImport");
export type Import = z.output<typeof Import>;

function rejectTooMany(buckets: unknown, context: z.RefinementCtx): unknown {
  const values = isObject(buckets) ? Object.values(buckets) : [];
  if (values.length > MAX_BUCKETS) addTooManyIssue(context, `must have at most ${MAX_BUCKETS} buckets`);
  else if (countEvents(values) > MAX_IMPORTED_EVENTS)
    addTooManyIssue(
      context,
      `must have at most ${MAX_IMPORTED_EVENTS} events in total; import one bucket at a time`,
    );
  return buckets;
}

const addTooManyIssue = (context: z.RefinementCtx, message: string) =>
  context.addIssue({ code: "custom", message, abort: true });

const countEvents = (buckets: unknown[]): number =>
  buckets.reduce<number>(
    (sum, bucket) => sum + (isObject(bucket) && Array.isArray(bucket.events) ? bucket.events.length : 0),
    0,
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

export const ImportReport = z
  .object({
    refused: z.int().openapi({ description: "Number of events that were skipped", example: 1 }),
    details: z.array(ErrorDetail).openapi({
      description: "Problems of the skipped events, at most 100",
      example: [
        {
          field: "body.buckets.aw-watcher-afk.events.7.timestamp",
          message: "is required",
          type: "invalid_type",
        },
      ],
    }),
  })
  .openapi("ActivityImportReport");

export const Export = z
  .object({ buckets: z.record(z.string(), Bucket.extend({ events: z.array(Event) })) })
  .openapi("ActivityExport");

export const Info = z
  .object({
    hostname: z.string(),
    version: z.string(),
    testing: z.boolean().openapi({ description: "True on a development system" }),
    device_id: z.string(),
  })
  .openapi("ActivityWatchInfo");
