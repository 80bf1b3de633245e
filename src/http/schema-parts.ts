import { z } from "@hono/zod-openapi";
import { countDays } from "../core/dates.ts";
import { wholeNumber } from "../core/whole-number.ts";

/** Postgres can't hold NUL, and half of a surrogate pair is no character: neither is text. */
const isText = (value: string) => !value.includes("\u0000") && value.isWellFormed();

/**
 * Returns the schema of an id, in lower case as the database writes ids: RFC 9562 (4) lets clients send capitals, and ids are compared
 * as texts too.
 */
export const uuid = () => z.uuid().toLowerCase();

/** Text as it comes, of at most `max` UTF-16 units. */
export const rawText = (max: number) =>
  z.string().max(max).refine(isText, { error: "contains characters that are not text" });

/**
 * More marks on one letter than text has: what normalizing costs grows with the square of their number. At most 30 is what the format of
 * Unicode for streams allows (UAX #15, 13).
 */
const TOO_MANY_MARKS = /\p{M}{31}/u;

/** Text of a form field: NFC-normalised and trimmed, then between `min` and `max` UTF-16 units long. */
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

/** The 61st second of a minute, which RFC 3339 can write, and neither JavaScript nor Postgres can keep. */
const LEAP_SECOND = /T\d\d:\d\d:60/;

/**
 * An instant in a request, with its offset from UTC, as RFC 3339 writes it: in small letters too. Of the years that both JavaScript and
 * Postgres can hold.
 */
export const moment = z
  .string()
  .max(100)
  .transform((text) => text.toUpperCase())
  .refine((text) => !LEAP_SECOND.test(text), {
    error: "is a leap second, which cannot be kept: send the second after it",
    abort: true,
  })
  .pipe(
    z.iso.datetime({
      offset: true,
      abort: true,
      error: "must be as RFC 3339 has it: 2026-11-23T15:04:05Z, or +01:00 for Z (%2B01:00 in a URL)",
    }),
  )
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 1900 && date.getUTCFullYear() < 2200, {
    error: "must be between 1900 and 2200",
  })
  .openapi({ type: "string", format: "date-time", example: "2026-11-23T15:04:05.123Z" });

/** The same, or null. */
export const nullableMoment = moment.nullable().openapi({ type: ["string", "null"] });

/** A date in a request or a response. */
export const day = z.iso.date().openapi({ example: "2026-11-23" });

interface Dates {
  from?: string | undefined;
  to?: string | undefined;
}

/** What `refine` takes to demand that `to`, which is `from` by default, is not before that, and the two are `max` days at most. */
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

/** A whole number in a query. */
export const queryInteger = (min: number, max: number) =>
  wholeNumber(min, max).openapi({ type: "integer", minimum: min, maximum: max });

export const nullableInstant = z.iso
  .datetime({ offset: true })
  .nullable()
  .openapi({ example: "2026-11-23T15:04:05.123Z" });

/** A set of ids: one that is given twice counts once. */
export const Ids = z
  .array(uuid())
  .max(1000)
  .transform((ids) => [...new Set(ids)])
  .openapi({ type: "array", items: { type: "string", format: "uuid" }, maxItems: 1000 });

/** What an answer says that has nothing else to say. */
export const Message = z
  .object({ message: z.string().openapi({ example: "Logout successful" }) })
  .openapi("Message");
