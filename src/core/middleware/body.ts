import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../context.ts";
import { AppError } from "../errors.ts";

const USUAL_BYTES = 64 * 1024;

/** Refuses a body of over 64 KiB, or what `larger` says for its path, before it is read whole. */
export function limitBody(larger: Record<string, number> = {}): MiddlewareHandler<AppEnv> {
  const limits = new Map(Object.entries(larger).map(([path, bytes]) => [path, limitTo(bytes)]));
  const usual = limitTo(USUAL_BYTES);
  return (c, next) => (limits.get(c.req.path) ?? usual)(c, next);
}

const limitTo = (maxSize: number): MiddlewareHandler<AppEnv> =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError("PAYLOAD_TOO_LARGE", { message: `The request body is over ${maxSize} bytes.` });
    },
  });
