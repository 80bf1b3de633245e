import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Settings } from "../config.ts";

/** The two tokens of a session. */
export type TokenKind = "access" | "refresh";

/** Lifetime of the device cookie, one year: browsers limit cookies to little more (RFC 6265bis 5.5). */
const DEVICE_SECONDS = 365 * 86_400;

/** Returns the token in the cookie, if the request has one. */
export function tokenCookie(c: Context, kind: TokenKind): string | undefined {
  return getCookie(c, nameOf(c.var.settings, kind)) || undefined;
}

/** Sets both cookies, each for as long as its token lives (OWASP ASVS 5.0 3.3.1 to 3.3.4). */
export function setTokenCookies(c: Context, tokens: Record<TokenKind, string>): void {
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

/** Clears the token cookies of the request, with the attributes with which they were set. */
export function clearTokenCookies(c: Context): void {
  const { settings } = c.var;
  for (const kind of ["access", "refresh"] as const) {
    if (tokenCookie(c, kind) !== undefined) deleteCookie(c, nameOf(settings, kind), attributesOf(settings));
  }
}

/** Returns the value of the device cookie, if the request has one. */
export function deviceCookie(c: Context): string | undefined {
  return getCookie(c, nameOf(c.var.settings, "device")) || undefined;
}

/** Sets the device cookie, which identifies the browser at the next sign-in. Signing out keeps it. */
export function setDeviceCookie(c: Context, device: string): void {
  const { settings } = c.var;
  setCookie(c, nameOf(settings, "device"), device, { ...attributesOf(settings), maxAge: DEVICE_SECONDS });
}

/** Returns the name of a cookie. The prefix `__Host-`, which requires https, restricts it to this exact host. */
function nameOf(settings: Settings, kind: TokenKind | "device"): string {
  const name = {
    access: settings.ACCESS_COOKIE_NAME,
    refresh: settings.REFRESH_COOKIE_NAME,
    device: settings.DEVICE_COOKIE_NAME,
  }[kind];
  return isSecure(settings) ? `__Host-${name}` : name;
}

const attributesOf = (settings: Settings) =>
  ({ path: "/", httpOnly: true, sameSite: settings.COOKIE_SAME_SITE, secure: isSecure(settings) }) as const;

/** Returns whether cookies require https. Plain http is only for development. */
const isSecure = ({ ENVIRONMENT }: Settings) => ENVIRONMENT === "production";
