import type { MiddlewareHandler } from "hono";
import { AppError } from "../../core/errors.ts";
import type { AppEnv } from "../context.ts";

/**
 * Rejects requests for a host name that ALLOWED_HOSTS does not list, if it is set. Otherwise, a page could point its own host name at an
 * address in the user's network and count as the same origin (DNS rebinding; RFC 9110 7.4, 15.5.20).
 */
export const requireKnownHost: MiddlewareHandler<AppEnv> = async function requireKnownHost(c, next) {
  const { ALLOWED_HOSTS } = c.var.settings;
  const host = new URL(c.req.url).hostname.replace(/\.$/, "");
  if (ALLOWED_HOSTS.length > 0 && !ALLOWED_HOSTS.includes(host)) {
    throw new AppError("MISDIRECTED_REQUEST", {
      message: "This server does not accept requests for this host name. Add it to ALLOWED_HOSTS.",
    });
  }
  await next();
};
