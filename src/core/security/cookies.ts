import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Settings } from "../config.ts";
import type { AppEnv } from "../context.ts";

/** The two tokens of a session. */
export type TokenKind = "access" | "refresh";

/** The token that came in a cookie, if one did. */
export function tokenCookie(c: Context<AppEnv>, kind: TokenKind): string | undefined {
  return getCookie(c, nameOf(c.var.settings, kind)) || undefined;
}

/** Sets both cookies, each for as long as its token lives (OWASP ASVS 5.0 3.3.1 to 3.3.4). */
export function setTokenCookies(c: Context<AppEnv>, tokens: Record<TokenKind, string>): void {
  const { settings } = c.var;
  const lifetimes = {
    access: settings.ACCESS_TOKEN_TTL_SECONDS,
    refresh: settings.REFRESH_TOKEN_TTL_SECONDS,
  };
  for (const kind of ["access", "refresh"] as const) {
    setCookie(c, nameOf(settings, kind), tokens[kind], {
      ...attributesOf(settings),
      maxAge: lifetimes[kind],
    });
  }
}

/** Clears the cookies that the request brought, with the attributes they were set with. */
export function clearTokenCookies(c: Context<AppEnv>): void {
  const { settings } = c.var;
  for (const kind of ["access", "refresh"] as const) {
    if (tokenCookie(c, kind) !== undefined) deleteCookie(c, nameOf(settings, kind), attributesOf(settings));
  }
}

/** With the prefix `__Host-`, a browser takes the cookie from this very host only. It needs https. */
function nameOf(settings: Settings, kind: TokenKind): string {
  const name = kind === "access" ? settings.ACCESS_COOKIE_NAME : settings.REFRESH_COOKIE_NAME;
  return isSecure(settings) ? `__Host-${name}` : name;
}

const attributesOf = (settings: Settings) =>
  ({ path: "/", httpOnly: true, sameSite: settings.COOKIE_SAME_SITE, secure: isSecure(settings) }) as const;

/** Plain http is for a developer's own machine only. */
const isSecure = ({ ENVIRONMENT }: Settings) => ENVIRONMENT === "production";
