import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { isNotModified } from "../http/etag.ts";
import { mediaTypeOf, STATIC_FILE_CACHING } from "../http/static-files.ts";

/**
 * Returns the counterpart of Cloudflare's binding of static assets, for the files in `directory`, whose names need no encoding in a path.
 * Only names that were listed at the start are ever read, so a path can't leave the directory.
 */
export async function openAssets(directory: string): Promise<Pick<Fetcher, "fetch">> {
  const files = await listFiles(directory);
  const tags = new Map<string, string>();
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      const path = new URL(request.url).pathname;
      if (!files.has(path)) return new Response(null, { status: 404 });
      const known = tags.get(path);
      const seen = { "If-None-Match": request.headers.get("If-None-Match") ?? undefined };
      const type = mediaTypeOf(path) ?? "application/octet-stream";
      const headersOf = (tag: string) => ({
        "Cache-Control": STATIC_FILE_CACHING,
        "Content-Type": type,
        ETag: `"${tag}"`,
      });
      if (known !== undefined && isNotModified(known, seen))
        return new Response(null, { status: 304, headers: headersOf(known) });
      const content = await readFile(join(directory, path));
      const tag = createHash("sha256").update(content).digest("hex").slice(0, 32);
      tags.set(path, tag);
      if (isNotModified(tag, seen)) return new Response(null, { status: 304, headers: headersOf(tag) });
      return new Response(content, { headers: headersOf(tag) });
    },
  };
}

/** Returns the paths of all files, as in a URL: with a slash at the start. */
async function listFiles(directory: string): Promise<Set<string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return new Set(
    files.map(({ parentPath, path, name }) =>
      join(parentPath ?? path, name)
        .slice(directory.length)
        .replaceAll(sep, "/"),
    ),
  );
}
