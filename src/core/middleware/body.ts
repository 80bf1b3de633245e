import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../context.ts";
import { AppError } from "../errors.ts";

const USUAL_BYTES = 64 * 1024;

/**
 * Refuses a body of over 64 KiB before it is read whole; or of what `larger` says for its path, or else for the longest path that it is
 * below.
 */
export function limitBody(larger: Record<string, number> = {}): MiddlewareHandler<AppEnv> {
  const limits = Object.entries(larger)
    .sort(([one], [other]) => other.length - one.length)
    .map(([path, bytes]) => ({ start: `${path}/`, limit: limitTo(bytes) }));
  const usual = limitTo(USUAL_BYTES);
  return (c, next) => {
    const { limit = usual } = limits.find(({ start }) => `${c.req.path}/`.startsWith(start)) ?? {};
    return limit(c, next);
  };
}

const limitTo = (maxSize: number): MiddlewareHandler<AppEnv> =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError("PAYLOAD_TOO_LARGE", { message: `The request body is over ${maxSize} bytes.` });
    },
  });
