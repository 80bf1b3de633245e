/** Media types of the files that `npm run assets` copies, by extension. */
const MEDIA_TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  txt: "text/plain; charset=utf-8",
};

/**
 * Returns static files as Cloudflare's assets serve them, from the files of `disk`: workerd's disk service calls every file an octet
 * stream, lists folders, and knows no entity tags.
 */
export function createAssets(disk: Fetcher): Fetcher {
  return {
    async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const { url, method, headers } = new Request(input, init);
      const type = mediaTypeOf(url);
      if (type === undefined) return new Response(null, { status: 404 });
      const file = await disk.fetch(url, { method });
      if (!file.ok) {
        await file.body?.cancel();
        return new Response(null, { status: 404 });
      }
      const etag = tagOf(file);
      const known = {
        "Content-Type": type,
        "Cache-Control": "public, max-age=0, must-revalidate",
        ETag: etag,
      };
      if (!isCurrent(headers, etag)) return new Response(file.body, { headers: known });
      await file.body?.cancel();
      return new Response(null, { status: 304, headers: known });
    },
  } as Fetcher;
}

/** Returns the media type of a file, or undefined if no file can have this URL. The disk service ignores empty segments. */
function mediaTypeOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  if (pathname.includes("//")) return undefined;
  const [, extension = ""] = /\.(\w+)$/.exec(pathname) ?? [];
  return Object.hasOwn(MEDIA_TYPES, extension) ? MEDIA_TYPES[extension] : undefined;
}

/** Returns a weak tag: size or time differ once `npm run assets` has replaced the file. */
function tagOf({ headers }: Response): string {
  const time = Date.parse(headers.get("Last-Modified") ?? "");
  return `W/"${headers.get("Content-Length")}-${time}"`;
}

/** Returns whether the client has the file with this tag (RFC 9110 13.1.2). */
function isCurrent(headers: Headers, etag: string): boolean {
  const tags = (headers.get("If-None-Match") ?? "").split(",").map((tag) => tag.trim());
  return tags.includes(etag) || tags.includes("*");
}
