import type { MiddlewareHandler } from "hono";
import { AppError } from "../../core/errors.ts";
import type { AppEnv } from "../context.ts";

/**
 * Rejects requests for a host name that ALLOWED_HOSTS does not list, if it is set. Otherwise, a page could point its own host name at an
 * address in the user's network and count as the same origin (DNS rebinding; RFC 9110 7.4, 15.5.20).
 */
export const requireKnownHost: MiddlewareHandler<AppEnv> = async function requireKnownHost(c, next) {
  const { ALLOWED_HOSTS } = c.get("settings");
  const { url } = c.req;
  // Parsing a URL takes longer than all other work of this layer, so the written name is compared first.
  const isAllowed = (host: string) => ALLOWED_HOSTS.includes(host);
  if (ALLOWED_HOSTS.length > 0 && !isAllowed(writtenHostOf(url)) && !isAllowed(hostOf(url))) {
    throw new AppError("MISDIRECTED_REQUEST", {
      message: "This server does not accept requests for this host name. Add it to ALLOWED_HOSTS.",
    });
  }
  await next();
};

/** Matches the URL of a host whose name a URL parser leaves as it is, unless it is an unusual form of an address. */
const PLAIN = /^https?:\/\/([a-z0-9.-]*[a-z0-9])(?::\d+)?(?:[/?]|$)/;

/** Returns the host name as it is written in `url`, or an empty text if a URL parser could read another name there. */
const writtenHostOf = (url: string) => PLAIN.exec(url)?.[1] ?? "";

const hostOf = (url: string) => new URL(url).hostname.replace(/\.$/, "");
