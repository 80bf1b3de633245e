import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";

/** Content types by extension, as Cloudflare sets them. */
const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
};

const CACHING = "public, max-age=0, must-revalidate";

/**
 * Returns the counterpart of Cloudflare's binding of static assets, for the files in `directory`. Only names that were listed at the start
 * are ever read, so a path can't leave the directory.
 */
export async function openAssets(directory: string): Promise<Pick<Fetcher, "fetch">> {
  const files = await listFiles(directory);
  const tags = new Map<string, string>();
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      const path = decodePath(new URL(request.url).pathname);
      if (!files.has(path)) return new Response(null, { status: 404 });
      const known = tags.get(path);
      const seen = request.headers.get("If-None-Match");
      const caching = (tag: string) => ({ "Cache-Control": CACHING, ETag: tag });
      if (known !== undefined && isSeen(seen, known))
        return new Response(null, { status: 304, headers: caching(known) });
      const content = await readFile(join(directory, path));
      const tag = `"${createHash("sha256").update(content).digest("hex").slice(0, 32)}"`;
      tags.set(path, tag);
      if (isSeen(seen, tag)) return new Response(null, { status: 304, headers: caching(tag) });
      const type = TYPES[extname(path)] ?? "application/octet-stream";
      return new Response(content, { headers: { ...caching(tag), "Content-Type": type } });
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

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Returns whether If-None-Match names `tag`, compared weakly (RFC 9110 13.1.2). */
const isSeen = (header: string | null, tag: string): boolean =>
  (header ?? "").split(",").some((seen) => seen.trim().replace(/^W\//, "") === tag);
