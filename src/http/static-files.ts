/** Media types of static files by extension, as Cloudflare sets them. */
const MEDIA_TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  txt: "text/plain; charset=utf-8",
};

/** Value of Cache-Control for static files, as Cloudflare sets it. */
export const STATIC_FILE_CACHING = "public, max-age=0, must-revalidate";

/** Returns the media type of the static file at `path` by its extension, or undefined for an extension that no static file has. */
export function mediaTypeOf(path: string): string | undefined {
  const [, extension = ""] = /\.(\w+)$/.exec(path) ?? [];
  return Object.hasOwn(MEDIA_TYPES, extension) ? MEDIA_TYPES[extension] : undefined;
}
