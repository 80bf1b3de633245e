import { z } from "@hono/zod-openapi";
import { countDays, UNKNOWN_ZONE } from "../core/dates.ts";
import { wholeNumber } from "../core/whole-number.ts";

/** Returns whether `value` can be stored as text: Postgres rejects NUL, and lone surrogates are not characters. */
const isText = (value: string) => !value.includes("\u0000") && value.isWellFormed();

/**
 * Returns the schema of an id. It converts to lower case, as the database writes ids: RFC 9562 (4) lets clients send upper case, and
 * some code compares ids as text.
 */
export const uuid = () => z.uuid().toLowerCase();

/** Returns the schema of text that is not normalized, of at most `max` UTF-16 units. */
export const rawText = (max: number) =>
  z.string().max(max).refine(isText, { error: "contains characters that are not text" });

/**
 * Matches more combining marks in a row than real text has. The cost of normalizing grows with the square of their number. Unicode's
 * Stream-Safe Text Format allows at most 30 (UAX #15, 13).
 */
const TOO_MANY_MARKS = /\p{M}{31}/u;

/** Returns a name from a file in NFC and without blanks around it. A name with more marks than real text stays as it is. */
export const composeName = (name: string): string =>
  TOO_MANY_MARKS.test(name) ? name.trim() : name.normalize("NFC").trim();

/** Returns the schema of text in a form field: NFC-normalized and trimmed, then between `min` and `max` UTF-16 units long. */
export const text = (min: number, max: number) =>
  z
    .string()
    .max(4 * max)
    .refine(isText, { error: "contains characters that are not text" })
    .refine((value) => !TOO_MANY_MARKS.test(value), { error: "has over 30 combining marks in a row" })
    .transform((value) => value.normalize("NFC").trim())
    .pipe(z.string().min(min).max(max));

/** An instant in a response: ISO 8601 in UTC. */
export const instant = z.iso.datetime({ offset: true }).openapi({ example: "2026-11-23T15:04:05.123Z" });

/** Matches the 61st second of a minute, which RFC 3339 allows, but neither JavaScript nor Postgres can represent. */
const LEAP_SECOND = /T\d\d:\d\d:60/;

/** An RFC 3339 instant in a request, with its offset from UTC. Lower case is accepted. Years from 1900 to 2199. */
export const moment = z
  .string()
  .max(100)
  .transform((text) => text.toUpperCase())
  .refine((text) => !LEAP_SECOND.test(text), {
    error: "must not be a leap second: send the second after it",
    abort: true,
  })
  .pipe(
    z.iso.datetime({
      offset: true,
      abort: true,
      error:
        "must be an RFC 3339 date-time such as 2026-11-23T15:04:05Z, or with an offset such as +01:00 (%2B01:00 in a URL)",
    }),
  )
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 1900 && date.getUTCFullYear() < 2200, {
    error: "must be between 1900 and 2200",
  })
  .openapi({ type: "string", format: "date-time", example: "2026-11-23T15:04:05.123Z" });

/** An instant in a request, or null. */
export const nullableMoment = moment.nullable().openapi({ type: ["string", "null"] });

/** A date in a request or a response. */
export const day = z.iso.date().openapi({ example: "2026-11-23" });

/** Returns whether `name` looks like the name of a time zone. Only Postgres decides which zones exist: the runtime knows others. */
const isLikeZone = (name: string) => /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name);

/**
 * Name of a time zone in the IANA database, in any case. The SQL that uses it looks it up with `demand_zone`, or with `time_frame`,
 * which calls that, and refuses an unknown zone.
 */
export const Zone = z
  .string()
  .max(64)
  .refine(isLikeZone, { error: UNKNOWN_ZONE })
  .openapi({ example: "Europe/Berlin" });

interface Dates {
  from?: string | undefined;
  to?: string | undefined;
}

/** Returns the arguments of `refine` for a period of at most `max` days from `from` to `to`, which is `from` by default. */
export const isPeriodOf = (
  max: number,
): [isPeriod: (dates: Dates) => boolean, refusal: { error: string; path: string[] }] => [
  ({ from, to = from }) => {
    if (from === undefined || to === undefined) return from === to;
    const days = countDays(from, to);
    return days >= 1 && days <= max && from >= "1900-01-01" && to < "2200-01-01";
  },
  { error: `must not be before from, nor over ${max} days after it`, path: ["to"] },
];

/** Returns the schema of a whole number in a query. */
export const queryInteger = (min: number, max: number) =>
  wholeNumber(min, max).openapi({ type: "integer", minimum: min, maximum: max });

export const nullableInstant = z.iso
  .datetime({ offset: true })
  .nullable()
  .openapi({ example: "2026-11-23T15:04:05.123Z" });

/** A set of ids. Duplicates are dropped. */
export const Ids = z
  .array(uuid())
  .max(1000)
  .transform((ids) => [...new Set(ids)])
  .openapi({ type: "array", items: { type: "string", format: "uuid" }, maxItems: 1000 });

/** A response that consists of a message only. */
export const Message = z
  .object({ message: z.string().openapi({ example: "Logout successful" }) })
  .openapi("Message");
