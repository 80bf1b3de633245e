import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** Maximum length of the `User-Agent` that is kept. The beginning names the program; nothing depends on the rest. */
const MAX_USER_AGENT = 255;

/**
 * Stores the origin of the request. The address is reported by the platform, never taken from headers that a client can set
 * (OWASP ASVS 5.0 15.3.4).
 */
export const readOrigin: MiddlewareHandler<AppEnv> = async function readOrigin(c, next) {
  const userAgent = c.req.header("User-Agent")?.slice(0, MAX_USER_AGENT).toWellFormed();
  const { raw } = c.req;
  c.set("origin", {
    requestId: c.var.requestId,
    url: new URL(c.req.url).origin,
    address: c.req.header("CF-Connecting-IP") ?? "",
    userAgent: userAgent || undefined,
    clientSignal: () => raw.signal,
  });
  await next();
};
