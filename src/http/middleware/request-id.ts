import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** What a client may call its request: no more than identifiers are made of, and short enough for a log line. */
const CLIENT_ID = /^[\w.:+/=-]{1,128}$/;

/**
 * Gives each request an id of the service's own, in the answer, the log and the audit log: a client could file what it does under
 * the id of another request. The id that a client sends is kept apart, for the log only.
 */
export const assignRequestId: MiddlewareHandler<AppEnv> = async function assignRequestId(c, next) {
  const requestId = crypto.randomUUID();
  const sent = c.req.header("X-Request-Id") ?? "";
  c.set("requestId", requestId);
  c.set("clientRequestId", CLIENT_ID.test(sent) ? sent : undefined);
  c.header("X-Request-Id", requestId);
  await next();
};

/**
 * Answers with the id that the client sent, as OpenID AuthZEN 1.0 demands of its routes. The log and the audit log keep the
 * service's own.
 */
export const echoRequestId: MiddlewareHandler<AppEnv> = async function echoRequestId(c, next) {
  await next();
  const sent = c.req.header("X-Request-Id");
  if (sent !== undefined) c.res.headers.set("X-Request-Id", sent);
};
