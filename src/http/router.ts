import { type Hook, OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Input, ValidationTargets } from "hono";
import { AppError, type ErrorCode, type ErrorDetail } from "../core/errors.ts";
import type { AppEnv } from "./context.ts";
import { explainUnknown, parametersOf, withStrictQuery } from "./query-parameters.ts";

z.config({ customError: explain });

interface RouterOptions {
  getPath?: (request: Request) => string;
  /** What an invalid request is answered with. */
  invalid?: "VALIDATION_ERROR" | "BAD_REQUEST";
  /** Whether parameters that a route doesn't declare are ignored: as the protocol of others demands, or where monitors and caches add some. */
  ignoresUnknown?: boolean;
}

type Refusal = Hook<Input, AppEnv, string, undefined>;

/** An empty router whose routes answer an invalid request with `invalid` and what is wrong, field by field. */
export function createRouter({
  invalid = "VALIDATION_ERROR",
  ignoresUnknown = false,
  ...options
}: RouterOptions = {}) {
  const router = new OpenAPIHono<AppEnv>(options);
  const declare: (route: RouteConfig, handler: never, refusal: Refusal) => unknown = router.openapi;
  // Every route is declared here, so none can forget it. The handler sees no difference.
  router.openapi = ((route: RouteConfig, handler: never) =>
    declare(
      ignoresUnknown ? route : withStrictQuery(route),
      handler,
      refuse(invalid, parametersOf(route)),
    )) as typeof router.openapi;
  return router;
}

/** Returns what answers an invalid request of a route that has the query parameters `known`. */
const refuse =
  (code: ErrorCode, known: readonly string[]): Refusal =>
  (result, c) => {
    if (result.success) return undefined;
    if (result.target === "json" && c.req.raw.body === null) {
      throw new AppError("BAD_REQUEST", { message: "A JSON body is needed." });
    }
    const details = detailsOf(result.error.issues, result.target, known);
    const isRepeated = ({ field }: ErrorDetail) =>
      result.target === "query" && (c.req.queries(field.replace("query.", ""))?.length ?? 0) > 1;
    throw new AppError(code, {
      details: details.map((detail) =>
        isRepeated(detail) && detail.type !== "unrecognized_keys" ? { ...detail, message: REPEATED } : detail,
      ),
    });
  };

const REPEATED = "is there more than once: give it once";

const PREFIXES: Record<keyof ValidationTargets, string> = {
  json: "body",
  form: "body",
  query: "query",
  param: "path",
  header: "header",
  cookie: "cookie",
};

/** How many of the things that are wrong with a request are told. */
export const MAX_DETAILS = 100;

/**
 * Returns the problems, field by field, for the first hundred. Unknown fields are named one by one, unknown parameters with the nearest
 * of `parameters`; an issue never repeats the value that it rejects.
 */
export function detailsOf(
  issues: z.core.$ZodIssue[],
  target: keyof ValidationTargets,
  parameters: readonly string[] = [],
): ErrorDetail[] {
  const details = issues.slice(0, MAX_DETAILS).flatMap((issue): ErrorDetail[] => {
    const path = [PREFIXES[target], ...issue.path.map(String)];
    return issue.code === "unrecognized_keys"
      ? issue.keys.slice(0, MAX_DETAILS).map((key) => ({
          field: [...path, key].join("."),
          message: target === "query" ? explainUnknown(key, parameters) : "This field is not known here.",
          type: issue.code,
        }))
      : [{ field: path.join("."), message: issue.message, type: issue.code }];
  });
  return details.slice(0, MAX_DETAILS);
}

/** In place of Zod's words for what is not there or no number, which speak of JavaScript. */
function explain({ code, input }: z.core.$ZodRawIssue): string | undefined {
  if (input === undefined && /^invalid_(type|value|union)$/.test(code)) return "is required";
  return Number.isNaN(input) ? "must be a number" : undefined;
}
