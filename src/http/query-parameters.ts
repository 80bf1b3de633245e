import { type Hook, type RouteConfig, z } from "@hono/zod-openapi";
import type { Input, MiddlewareHandler } from "hono";
import type { AppEnv } from "./context.ts";
import { errorResponse } from "./openapi.ts";

/** Query of the routes that declare none. */
const NO_QUERY = z.strictObject({});

/**
 * Returns `route` with a query that rejects undeclared parameters, and with the documented error: an undeclared parameter may be a
 * misspelling, and the default would silently apply. `refuse` answers. Routes whose query is a `z.looseObject` ignore them.
 */
export function withStrictQuery(route: RouteConfig, refuse: QueryRefusal): RouteConfig {
  const query = route.request?.query;
  const responses = { 422: errorResponse(["VALIDATION_ERROR"]), ...route.responses };
  if (query === undefined) {
    return { ...route, middleware: [...[route.middleware ?? []].flat(), rejectQuery(refuse)], responses };
  }
  if (!(query instanceof z.ZodObject)) throw new Error(`The query of ${route.operationId} is not an object.`);
  if (query.def.catchall !== undefined) return route;
  return { ...route, request: { ...route.request, query: query.strict() }, responses };
}

type QueryRefusal = Hook<Input, AppEnv, string, undefined>;

/** Rejects every parameter of a route that declares none. Most requests to it have none, so that no schema needs to be applied. */
const rejectQuery = (refuse: QueryRefusal): MiddlewareHandler<AppEnv> =>
  async function rejectQuery(c, next) {
    if (c.req.url.includes("?")) refuse({ ...NO_QUERY.safeParse(c.req.queries()), target: "query" }, c);
    await next();
  };

/** Returns the names of the parameters that `route` declares. */
export const parametersOf = ({ request }: RouteConfig): string[] =>
  request?.query instanceof z.ZodObject ? Object.keys(request.query.shape) : [];

/** Parameter names of other APIs. The first name in each line is this API's. */
const SYNONYMS = [
  "timezone tz zone",
  "limit pagesize perpage size count take max top",
  "skip offset page",
  "q search query text term filter contains",
  "from start begin since after startdate fromdate datefrom",
  "to end until before enddate todate dateto",
  "sort order orderby sortby",
  "group groupby by",
  "ownerid user userid owner",
].map((line) => line.split(" "));

/** Returns the message for the unknown parameter `name`, with the nearest of the `known` parameters. */
export function explainUnknown(name: string, known: readonly string[]): string {
  const problem = "Unknown parameter";
  if (known.length === 0) return `${problem}. This route has no parameters.`;
  const nearest = nearestTo(name, known);
  return `${problem}. ${nearest ? `Did you mean ${nearest}?` : `Known parameters: ${known.join(", ")}.`}`;
}

function nearestTo(name: string, known: readonly string[]): string | undefined {
  const normalized = normalizeName(name);
  const ranked = known.map((candidate) => ({
    candidate,
    distance: distanceOf(normalized, normalizeName(candidate)),
  }));
  const [nearest] = ranked.sort((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= 0.5 ? nearest.candidate : undefined;
}

/** Returns a name without case and punctuation, truncated so that comparing long names stays cheap. */
const normalizeName = (name: string) =>
  name
    .slice(0, 40)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");

/** Returns a distance from 0, for synonyms, to 1, for names that have nothing in common. */
function distanceOf(a: string, b: string): number {
  if (a === b || SYNONYMS.some((names) => names.includes(a) && names.includes(b))) return 0;
  if (b.length > 2 && a.length > 2) {
    if (a.startsWith(b) || b.startsWith(a)) return 0.2;
    if (a.includes(b) || b.includes(a)) return 0.4;
  }
  return editsBetween(a, b) / Math.max(a.length, b.length);
}

/** Counts the letters to insert, delete or replace to turn `a` into `b` (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [place, letter] of [...a].entries()) {
    const above = row;
    row = [place + 1];
    for (const [column, other] of [...b].entries()) {
      const [diagonal = 0, top = 0] = above.slice(column, column + 2);
      row.push(Math.min(diagonal + (letter === other ? 0 : 1), top + 1, (row[column] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
