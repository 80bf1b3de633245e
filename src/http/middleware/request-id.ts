import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import type { Step } from "./steps.ts";

/** Accepted form of a client's request id: identifier characters only, and short enough for a log line. */
const CLIENT_ID = /^[\w.:+/=-]{1,128}$/;

/**
 * Assigns each request a new id, for the response, the log and the audit log: otherwise, a client could record its actions under
 * another request's id. The id that a client sends goes only into the log, as a separate field.
 */
export const assignRequestId: Step = (c) => {
  const requestId = crypto.randomUUID();
  const sent = c.req.header("X-Request-Id") ?? "";
  c.set("requestId", requestId);
  c.set("clientRequestId", CLIENT_ID.test(sent) ? sent : undefined);
  c.header("X-Request-Id", requestId);
};

/**
 * Echoes the id that the client sent, as OpenID AuthZEN 1.0 requires of its routes. The log and the audit log keep the assigned id.
 */
export const echoRequestId: MiddlewareHandler<AppEnv> = async function echoRequestId(c, next) {
  await next();
  const sent = c.req.header("X-Request-Id");
  if (sent !== undefined) c.res.headers.set("X-Request-Id", sent);
};
