import type { MiddlewareHandler } from "hono";
import { AppError } from "../../core/errors.ts";
import type { AppEnv } from "../context.ts";

/**
 * Refuses requests for a host name that ALLOWED_HOSTS does not list, if it lists any. A page can point a name of its own at an
 * address in the reader's network and then counts as the same origin (DNS rebinding; RFC 9110 7.4, 15.5.20).
 */
export const requireKnownHost: MiddlewareHandler<AppEnv> = async function requireKnownHost(c, next) {
  const { ALLOWED_HOSTS } = c.var.settings;
  const host = new URL(c.req.url).hostname.replace(/\.$/, "");
  if (ALLOWED_HOSTS.length > 0 && !ALLOWED_HOSTS.includes(host)) {
    throw new AppError("MISDIRECTED_REQUEST", {
      message: "This server does not answer to this host name. Add it to ALLOWED_HOSTS.",
    });
  }
  await next();
};
