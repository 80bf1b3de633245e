import type { Context } from "hono";
import type { AppEnv } from "../../../http/context.ts";
import { createRouter } from "../../../http/router.ts";
import { fetchAsset, HASHED_FILE_CACHING, STATIC_FILE_CACHING } from "../../../http/static-files.ts";
import { SHELLS } from "./shells.ts";

/** Base path of the web app. */
const APP = "/app";

/** The page from which the app starts at addresses without one of their own: `src/web/index.html`, as Vite built it. */
const SHELL = "index.html";

/** Content-Security-Policy of the app: no script, style or text of markup that isn't from one of its files (OWASP ASVS 5.0 3.4.3). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Routes of the web app: its page, its files, and the addresses in mails, which lead to its pages. */
export const web = createRouter()
  .get(`${APP}/assets/*`, (c) => sendFile(c, HASHED_FILE_CACHING))
  .get(`${APP}/:file{[\\w-]+\\.(?:png|svg|webmanifest)}`, (c) => sendFile(c, STATIC_FILE_CACHING))
  .get(APP, sendShell)
  .get(`${APP}/*`, sendShell)
  .get(
    "/:page{verify-email|reset-password|forgot-password|confirm-email|stop-email-change|approve-email-change|review-account}",
    // Browsers keep the fragment, which has the token.
    (c) => c.redirect(`${APP}/${c.req.param("page")}`, 302),
  );

/**
 * Sends a file. Only a file that exists is kept for long: a browser that kept the answer for a missing file would stay broken after a
 * deployment.
 */
async function sendFile(c: Context<AppEnv>, caching: string): Promise<Response> {
  const file = await fetchAsset(c, c.req.path);
  const headers = new Headers(file.headers);
  headers.set("Cache-Control", caching);
  return new Response(file.body, { status: file.status, headers });
}

async function sendShell(c: Context<AppEnv>): Promise<Response> {
  const path = c.req.path.replace(/^\/app$/, "/app/");
  const shell = Object.hasOwn(SHELLS, path) ? SHELLS[path]?.file : undefined;
  const file = await fetchAsset(c, `${APP}/${shell ?? SHELL}`);
  const headers = new Headers(file.headers);
  headers.set("Cache-Control", "no-cache");
  headers.set("Content-Security-Policy", POLICY);
  return new Response(file.body, { status: file.status, headers });
}
