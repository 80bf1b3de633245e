import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../core/errors.ts";
import { isOverJsonLimits, type JsonLimits } from "../core/json-limits.ts";
import { detailsOf } from "./router.ts";

/** Returns the declaration of a JSON body with any content type or none. `readJson` validates it. */
export const jsonBodyOfAnyType = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "*/*": { schema } },
});

/** Returns the text of a body. `text()` is not used, since workerd then warns about content types that are not text. */
export const readText = async (c: Context): Promise<string> =>
  new TextDecoder().decode(await c.req.arrayBuffer());

/**
 * Parses `text` as JSON and validates the value. If `schema` rejects a string, the string is parsed as JSON too, since some clients
 * encode twice.
 *
 * @throws AppError BAD_REQUEST if `text` is not JSON, exceeds `limits`, or `schema` rejects the value
 */
export function readJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  limits?: JsonLimits,
): z.output<Schema> {
  if (limits && isOverJsonLimits(text, limits)) throw limitError(limits);
  const value = parse(text);
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  if (typeof value === "string") return readJson(value, schema, limits);
  throw new AppError("BAD_REQUEST", { details: detailsOf(error.issues, "json") });
}

const limitError = ({ values, depth }: JsonLimits) =>
  new AppError("BAD_REQUEST", {
    message: `The body has more than ${values} values, or is nested more than ${depth} levels deep. Send less per request.`,
  });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("BAD_REQUEST", { message: "The body is not valid JSON.", cause });
  }
}
