import type { Context } from "hono";
import { AppError } from "../core/errors.ts";
import type { AppEnv } from "./context.ts";

/** Media types of static files by extension, as Cloudflare sets them. */
const MEDIA_TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
};

/** Value of Cache-Control for static files, as Cloudflare sets it. */
export const STATIC_FILE_CACHING = "public, max-age=0, must-revalidate";

/** Value of Cache-Control for files whose name changes with their content. */
export const HASHED_FILE_CACHING = "public, max-age=31536000, immutable";

/** Returns the media type of the static file at `path` by its extension, or undefined for an extension that no static file has. */
export function mediaTypeOf(path: string): string | undefined {
  const [, extension = ""] = /\.(\w+)$/.exec(path) ?? [];
  return Object.hasOwn(MEDIA_TYPES, extension) ? MEDIA_TYPES[extension] : undefined;
}

/**
 * Returns the static file at `path`, or 304 to a browser that has it.
 *
 * @throws AppError NOT_FOUND
 */
export async function fetchAsset(c: Context<AppEnv>, path: string): Promise<Response> {
  // With the request's headers, so that browsers that have the file get a 304. Without its signal: otherwise, leaving the page
  // before its icon is loaded would log an error.
  const { headers } = c.req.raw;
  const file = await c.env.ASSETS?.fetch(new URL(path, c.req.url), { headers, redirect: "manual" });
  if (!file?.ok && file?.status !== 304) throw new AppError("NOT_FOUND");
  return file;
}
