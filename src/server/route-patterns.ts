import { TrieRouter } from "hono/router/trie-router";
import { app } from "../app.ts";

/** Name of the requests that match no route. */
const UNMATCHED = "unmatched";

/**
 * Returns a function that finds the pattern of the route that answers a path, such as /auth/users/:user_id. Metrics are kept by pattern,
 * since the ids in paths would make endless series.
 */
export function createPatternFinder(): (method: string, path: string) => string {
  const router = new TrieRouter<string>();
  for (const { method, path } of app.routes) if (method !== "ALL") router.add(method, path, path);
  return (method, path) => {
    try {
      const url = new URL(path, "http://localhost");
      const [matches] = router.match(method === "HEAD" ? "GET" : method, app.getPath(new Request(url)));
      return matches.at(0)?.[0] ?? UNMATCHED;
    } catch {
      return UNMATCHED;
    }
  };
}
