import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { log } from "../logger.ts";

/** Logs one line for each request once it is answered. The query is left out: it is no place for secrets, but some try. */
export const requestLog: MiddlewareHandler<AppEnv> = async function requestLog(c, next) {
  const start = performance.now();
  await next();
  const { status } = c.res;
  const level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
  const principal = c.get("principal") as AppEnv["Variables"]["principal"] | undefined;
  log(c.var.settings, level, "http", `${c.req.method} ${c.req.path} ${status}`, {
    request_id: c.var.requestId,
    method: c.req.method,
    path: c.req.path,
    user_id: principal?.userId,
    status,
    duration_ms: Math.round((performance.now() - start) * 10) / 10,
  });
};
