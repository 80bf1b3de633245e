import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../core/errors.ts";
import { isOverJsonLimits, type JsonLimits } from "../core/json-limits.ts";
import { detailsOf } from "./router.ts";

/** A request body that is JSON, whatever its sender calls it or doesn't: `readJson` checks it. */
export const anyBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "*/*": { schema } },
});

/** The text of a body. Not by text(), with which workerd warns of types that don't say that they are text. */
export const readText = async (c: Context): Promise<string> =>
  new TextDecoder().decode(await c.req.arrayBuffer());

/**
 * The value that `text` is JSON of; or, where `schema` takes no string and some client encodes twice, the value that the string is JSON
 * of.
 *
 * @throws AppError BAD_REQUEST if it isn't JSON, is over `limits`, or if `schema` refuses it
 */
export function readJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  limits?: JsonLimits,
): z.output<Schema> {
  if (limits && isOverJsonLimits(text, limits)) throw tooMuch(limits);
  const value = parse(text);
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  if (typeof value === "string") return readJson(value, schema, limits);
  throw new AppError("BAD_REQUEST", { details: detailsOf(error.issues, "json") });
}

const tooMuch = ({ values, depth }: JsonLimits) =>
  new AppError("BAD_REQUEST", {
    message: `The body has over ${values} values, or is nested over ${depth} levels deep. Send less at once.`,
  });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("BAD_REQUEST", { message: "The body is not JSON.", cause });
  }
}
