import type { Context } from "hono";
import { parseAccept } from "hono/utils/accept";
import { AppError } from "../core/errors.ts";
import type { AppEnv } from "./context.ts";

/**
 * The media type among `offered` that the client likes best, by the weights in `Accept` (RFC 9110 12.5.1); the first where
 * it has no preference, or wants none of them. Caches are told that the answer depends on it.
 */
export const preferredType = <Type extends string>(
  c: Context<AppEnv>,
  offered: readonly [Type, ...Type[]],
): Type => bestOf(c, offered).type;

/** The same, where the client must want one of them. @throws AppError NOT_ACCEPTABLE */
export function acceptedType<Type extends string>(
  c: Context<AppEnv>,
  offered: readonly [Type, ...Type[]],
): Type {
  const { type, weight } = bestOf(c, offered);
  if (weight > 0) return type;
  throw new AppError("NOT_ACCEPTABLE", { message: `Accept one of ${offered.join(", ")}.` });
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
