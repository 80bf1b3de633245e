import { z } from "@hono/zod-openapi";

/** Postgres can't hold NUL, and half of a surrogate pair is no character: neither is text. */
const isText = (value: string) => !value.includes("\u0000") && value.isWellFormed();

/** Text as it comes, of at most `max` UTF-16 units. */
export const rawText = (max: number) =>
  z.string().max(max).refine(isText, { error: "contains characters that are not text" });

/** Text of a form field: NFC-normalised and trimmed, then between `min` and `max` UTF-16 units long. */
export const text = (min: number, max: number) =>
  z
    .string()
    .max(4 * max)
    .refine(isText, { error: "contains characters that are not text" })
    .transform((value) => value.normalize("NFC").trim())
    .pipe(z.string().min(min).max(max));

/** An instant in a response: ISO 8601 in UTC. */
export const instant = z.iso.datetime({ offset: true }).openapi({ example: "2026-11-23T15:04:05.123Z" });

/** An instant in a request, with its offset from UTC; of the years that both JavaScript and Postgres can hold. */
export const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 1900 && date.getUTCFullYear() < 2200, {
    error: "must be between 1900 and 2200",
  })
  .openapi({ type: "string", format: "date-time", example: "2026-11-23T15:04:05.123Z" });

/** The same, or null. */
export const nullableMoment = moment.nullable().openapi({ type: ["string", "null"] });

/** A whole number in a query. */
export const queryInteger = (min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).openapi({ type: "integer" });

export const nullableInstant = z.iso
  .datetime({ offset: true })
  .nullable()
  .openapi({ example: "2026-11-23T15:04:05.123Z" });
