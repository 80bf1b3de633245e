import type { Context, MiddlewareHandler } from "hono";
import { describeError } from "../../core/errors.ts";
import { log } from "../../core/logger.ts";
import type { AppEnv } from "../context.ts";

/**
 * Lets services leave work for after the answer, which then tells nothing by how long it takes. A failure is logged: there
 * is nobody left to hear of it. Where there is no platform to wait for the work, the answer waits.
 */
export const deferWork: MiddlewareHandler<AppEnv> = async function deferWork(c, next) {
  const platform = executionOf(c);
  const pending: Promise<void>[] = [];
  c.set("defer", (work) => {
    const done = work().catch((error: unknown) => {
      const cause = describeError(error);
      log(c.var.settings, "error", "defer", "Work after the answer failed", {
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

/** What the platform gives with a request; tests and other servers give none, and reading it then throws. */
function executionOf(c: Context<AppEnv>) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
