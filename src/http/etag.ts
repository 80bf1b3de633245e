import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { rawText } from "./schema-parts.ts";

/** A value and the tag of its current version. */
export interface Tagged<Value> {
  value: Value;
  tag: string;
}

/** Sets the `ETag` header (RFC 9110 8.8.3) and returns the value. */
export function sendTagged<Value>(c: Context<AppEnv>, { value, tag }: Tagged<Value>): Value {
  c.header("ETag", `"${tag}"`);
  return value;
}

/** Declares the header that `sendTagged` sets, for records that clients change. */
export const tagHeaders = z.object({
  ETag: z.string().openapi({ description: "Send it as `If-Match` with a change", example: '"9b2d1c7f"' }),
});

/** Declares the request header that prevents a change from overwriting another one (RFC 9110 13.1.1). */
export const IfMatch = z.object({
  "If-Match": rawText(1000).optional().openapi({
    description:
      "An ETag from an earlier response. If the record has changed since that response, nothing is updated and the response is 412",
    example: '"9b2d1c7f"',
  }),
});

/**
 * Returns the tags in `If-Match`, or undefined if any version matches. Weak tags match too: proxies that compress a response, such as
 * Cloudflare and nginx, weaken its tag, and a tag here identifies a version of a record, not the bytes of a response. RFC 9110 13.1.1
 * requires the strong comparison only for tags that stand for exact bytes.
 */
export function expectedTagsOf({ "If-Match": header }: z.output<typeof IfMatch>): string[] | undefined {
  if (header === undefined || header.trim() === "*") return undefined;
  return [...header.matchAll(/"([^"]*)"/g)].map(([, tag = ""]) => tag);
}

/** Declares the header that `sendTagged` sets, for data that clients only read. */
export const readTagHeaders = z.object({
  ETag: z
    .string()
    .openapi({ description: "Send it as `If-None-Match` with the next request", example: '"9b2d1c7f"' }),
});

export const IfNoneMatch = z.object({
  "If-None-Match": rawText(1000).optional().openapi({
    description: "An ETag from an earlier response. If it still matches, the response is 304 without a body",
    example: '"9b2d1c7f"',
  }),
});

/** Returns whether `If-None-Match` contains `tag`. The comparison is weak (RFC 9110 13.1.2). */
export const isNotModified = (tag: string, { "If-None-Match": header = "" }: z.output<typeof IfNoneMatch>) =>
  header.trim() === "*" || [...header.matchAll(/"([^"]*)"/g)].some(([, listed]) => listed === tag);
