import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { rawText } from "./schema-parts.ts";

/** A value and the tag of its present state. */
export interface Tagged<Value> {
  value: Value;
  tag: string;
}

/** The value; its tag goes into the `ETag` header (RFC 9110 8.8.3). */
export function sendTagged<Value>(c: Context<AppEnv>, { value, tag }: Tagged<Value>): Value {
  c.header("ETag", `"${tag}"`);
  return value;
}

/** The header that `sendTagged` sets, for a route's declaration. */
export const tagHeaders = z.object({
  ETag: z.string().openapi({ description: "Send it as If-Match with a change", example: '"9b2d1c7f"' }),
});

/** The request header of a change that must not overwrite another's (RFC 9110 13.1.1). */
export const IfMatch = z.object({
  "If-Match": rawText(1000).optional().openapi({
    description: "An ETag: the change is made only if nobody made another since. 412 otherwise",
    example: '"9b2d1c7f"',
  }),
});

/**
 * Returns the tags that the client has seen, or undefined where any will do. Weak tags count: proxies that compress an answer, such
 * as Cloudflare and nginx, weaken its tag, and a tag here names a version of a record, not the bytes of an answer. RFC 9110 13.1.1
 * asks for the strong comparison only of tags that are compared byte for byte.
 */
export function seenTags({ "If-Match": header }: z.output<typeof IfMatch>): string[] | undefined {
  if (header === undefined || header.trim() === "*") return undefined;
  return [...header.matchAll(/"([^"]*)"/g)].map(([, tag = ""]) => tag);
}

/** The tag of what nobody changes directly: of use to who reads only. */
export const readTag = z.object({
  ETag: z.string().openapi({ description: "Send it as If-None-Match next time", example: '"9b2d1c7f"' }),
});

export const IfNoneMatch = z.object({
  "If-None-Match": rawText(1000).optional().openapi({
    description: "An ETag: the answer is 304, without a body, while it is still the right one",
    example: '"9b2d1c7f"',
  }),
});

/** Whether the client has what `tag` is of. Weak tags will do: nothing is changed by it (RFC 9110 13.1.2). */
export const isSeen = (tag: string, { "If-None-Match": header = "" }: z.output<typeof IfNoneMatch>) =>
  header.trim() === "*" || [...header.matchAll(/"([^"]*)"/g)].some(([, seen]) => seen === tag);
