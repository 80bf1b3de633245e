import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../context.ts";
import { AppError } from "../errors.ts";

const MAX_BYTES = 64 * 1024;

/** Refuses a body of over 64 KiB before it is read whole. */
export const limitBody: MiddlewareHandler<AppEnv> = bodyLimit({
  maxSize: MAX_BYTES,
  onError: () => {
    throw new AppError("PAYLOAD_TOO_LARGE", { message: `The request body is over ${MAX_BYTES} bytes.` });
  },
});
