import type { Context, MiddlewareHandler } from "hono";
import { describeError } from "../../core/errors.ts";
import { log } from "../../core/logger.ts";
import type { AppEnv } from "../context.ts";

/**
 * Provides `defer`, which runs work after the response has been sent, so that the response time reveals nothing about the work. Errors
 * are only logged. Without a platform that waits for the work, the response waits for it.
 */
export const deferWork: MiddlewareHandler<AppEnv> = async function deferWork(c, next) {
  const platform = executionOf(c);
  const pending: Promise<void>[] = [];
  c.set("defer", (work) => {
    const done = work().catch((error: unknown) => {
      const cause = describeError(error);
      log(c.var.settings, "error", "defer", "Deferred work failed", {
        request_id: c.var.requestId,
        cause,
      });
    });
    if (platform) platform.waitUntil(done);
    else pending.push(done);
  });
  await next();
  await Promise.all(pending);
};

/** Returns the platform's execution context, or undefined: in tests and on other servers, reading it throws. */
function executionOf(c: Context<AppEnv>) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
