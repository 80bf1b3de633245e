/** Matches the URL of a path whose segments a URL parser leaves as they are. */
const PLAIN = /^https?:\/\/[^/?#\\]+((?:\/[\w~-][\w.~-]*)+)\/?(?:\?|$)/;

/** Returns the path to route by. `/api/v1/…` is an alias of `/…` for clients of the first version; a trailing slash is ignored. */
export function pathOf({ url }: Request): string {
  // Parsing a URL takes longer than all other work of routing.
  const path = PLAIN.exec(url)?.[1] ?? new URL(url).pathname;
  return path.replace(/^\/api\/v1(?=\/|$)/, "").replace(/\/+$/, "") || "/";
}
