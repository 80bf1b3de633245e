import { isNotModified } from "../../../http/etag.ts";
import { mediaTypeOf, STATIC_FILE_CACHING } from "../../../http/static-files.ts";

/**
 * Returns static files as Cloudflare's assets serve them, from the files of `disk`: workerd's disk service calls every file an octet
 * stream, lists folders, and knows no entity tags.
 */
export function createAssets(disk: Fetcher): Fetcher {
  return {
    async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const { url, method, headers } = new Request(input, init);
      const type = typeOf(url);
      if (type === undefined) return new Response(null, { status: 404 });
      const file = await disk.fetch(url, { method });
      if (!file.ok) {
        await file.body?.cancel();
        return new Response(null, { status: 404 });
      }
      const tag = tagOf(file);
      const known = { "Content-Type": type, "Cache-Control": STATIC_FILE_CACHING, ETag: `W/"${tag}"` };
      if (!isNotModified(tag, { "If-None-Match": headers.get("If-None-Match") ?? undefined }))
        return new Response(file.body, { headers: known });
      await file.body?.cancel();
      return new Response(null, { status: 304, headers: known });
    },
  } as Fetcher;
}

/** Returns the media type of a file, or undefined if no file can have this URL. The disk service ignores empty segments. */
function typeOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  return pathname.includes("//") ? undefined : mediaTypeOf(pathname);
}

/** Returns a weak tag, without its quotes: size or time differ once `npm run assets` has replaced the file. */
function tagOf({ headers }: Response): string {
  const time = Date.parse(headers.get("Last-Modified") ?? "");
  return `${headers.get("Content-Length")}-${time}`;
}
