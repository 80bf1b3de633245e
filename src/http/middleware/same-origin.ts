import type { Context } from "hono";
import { AppError } from "../../core/errors.ts";
import type { AppEnv } from "../context.ts";

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Rejects an unsafe request that a page of another origin made a browser send with the user's cookies. Every browser reports the origin
 * of such a request in Sec-Fetch-Site or Origin. A client that sends neither is not a browser, and only sends cookies that it was given
 * (OWASP CSRF prevention cheat sheet, Fetch Metadata). Pages of the `allowed` origins, by default CORS_ORIGINS, may send it.
 *
 * @throws AppError PERMISSION_DENIED
 */
export function requireSameOrigin(c: Context<AppEnv>, allowed = c.var.settings.CORS_ORIGINS): void {
  if (SAFE_METHODS.includes(c.req.method)) return;
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  if (site === "same-origin" || site === "none") return;
  if (site === undefined && (origin === undefined || origin === new URL(c.req.url).origin)) return;
  if (origin !== undefined && allowed.includes(origin)) return;
  throw new AppError("PERMISSION_DENIED", {
    message: "Requests from pages of other origins are not allowed.",
  });
}
