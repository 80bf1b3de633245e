import type { Context } from "hono";
import { parseAccept } from "hono/utils/accept";
import { AppError } from "../core/errors.ts";
import type { AppEnv } from "./context.ts";

/**
 * Returns the media type among `offered` that the client prefers by the weights in `Accept` (RFC 9110 12.5.1), or the first one if
 * no type is preferred or none matches. Sets `Vary`.
 */
export const preferredType = <Type extends string>(
  c: Context<AppEnv>,
  offered: readonly [Type, ...Type[]],
): Type => bestOf(c, offered).type;

/** Returns the preferred media type among `offered`, and requires a match. @throws AppError NOT_ACCEPTABLE */
export function acceptedType<Type extends string>(
  c: Context<AppEnv>,
  offered: readonly [Type, ...Type[]],
): Type {
  const { type, weight } = bestOf(c, offered);
  if (weight > 0) return type;
  throw new AppError("NOT_ACCEPTABLE", {
    message: `None of the requested media types is supported. Use one of ${offered.join(", ")}.`,
  });
}

function bestOf<Type extends string>(c: Context<AppEnv>, offered: readonly [Type, ...Type[]]) {
  c.header("Vary", "Accept", { append: true });
  const ranges = parseAccept((c.req.header("Accept") ?? "*/*").toLowerCase());
  const weightOf = (type: Type) => {
    const names = [type, `${type.split("/")[0]}/*`, "*/*"];
    return names.flatMap((name) => ranges.find((range) => range.type === name)?.q ?? [])[0] ?? 0;
  };
  const type = offered.reduce((best, type) => (weightOf(type) > weightOf(best) ? type : best));
  return { type, weight: weightOf(type) };
}
