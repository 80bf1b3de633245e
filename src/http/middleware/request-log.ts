import type { MiddlewareHandler } from "hono";
import { log, MASK } from "../../core/logger.ts";
import type { AppEnv } from "../context.ts";

/** Masks the secret in the path of a calendar feed (OWASP ASVS 5.0 16.2.5). */
const maskFeedToken = (path: string): string => path.replace(/^(\/+feeds\/+).+/i, `$1${MASK}`);

/** Logs one line for each request when it has been answered. The query is left out, since clients may put secrets into it. */
export const requestLog: MiddlewareHandler<AppEnv> = async function requestLog(c, next) {
  const start = performance.now();
  const path = maskFeedToken(c.req.path);
  await next();
  const { status } = c.res;
  const level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
  const principal = c.get("principal") as AppEnv["Variables"]["principal"] | undefined;
  const actorId = c.get("actorId") as AppEnv["Variables"]["actorId"] | undefined;
  log(c.get("settings"), level, "http", `${c.req.method} ${path} ${status}`, {
    request_id: c.get("requestId"),
    client_request_id: c.get("clientRequestId"),
    method: c.req.method,
    path,
    user_id: principal?.userId ?? actorId?.(),
    status,
    duration_ms: Math.round((performance.now() - start) * 10) / 10,
  });
};
