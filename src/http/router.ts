import { type Hook, OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Input, ValidationTargets } from "hono";
import { AppError, type ErrorCode, type ErrorDetail } from "../core/errors.ts";
import type { AppEnv } from "./context.ts";
import { explainUnknown, parametersOf, withStrictQuery } from "./query-parameters.ts";

z.config({ customError: explain });

interface RouterOptions {
  getPath?: (request: Request) => string;
  /** Code of the answer to an invalid request. */
  invalid?: "VALIDATION_ERROR" | "BAD_REQUEST";
  /** Ignores undeclared query parameters, because a foreign protocol requires it or because monitors and caches add parameters. */
  ignoresUnknown?: boolean;
}

type Refusal = Hook<Input, AppEnv, string, undefined>;

/** Creates an empty router whose routes answer an invalid request with the code `invalid` and a list of the problems by field. */
export function createRouter({
  invalid = "VALIDATION_ERROR",
  ignoresUnknown = false,
  ...options
}: RouterOptions = {}) {
  const router = new OpenAPIHono<AppEnv>(options);
  const declare: (route: RouteConfig, handler: never, refusal: Refusal) => unknown = router.openapi;
  // Overridden here, so that no route can forget the strict query and the hook. Handlers are not affected.
  router.openapi = ((route: RouteConfig, handler: never) => {
    const refusal = refuse(invalid, parametersOf(route));
    return declare(ignoresUnknown ? route : withStrictQuery(route, refusal), handler, refusal);
  }) as typeof router.openapi;
  return router;
}

/** Returns the hook that answers invalid requests to a route with the query parameters `known`. */
const refuse =
  (code: ErrorCode, known: readonly string[]): Refusal =>
  (result, c) => {
    if (result.success) return undefined;
    if (result.target === "json" && c.req.raw.body === null) {
      throw new AppError("BAD_REQUEST", { message: "A JSON body is required." });
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

const REPEATED = "must be given only once";

const PREFIXES: Record<keyof ValidationTargets, string> = {
  json: "body",
  form: "body",
  query: "query",
  param: "path",
  header: "header",
  cookie: "cookie",
};

/** Maximum number of problems in a response. */
export const MAX_DETAILS = 100;

/**
 * Returns the first hundred problems by field. Unknown fields are listed one by one; for an unknown parameter, the message suggests
 * the nearest of `parameters`. A problem never repeats the rejected value.
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
          message: target === "query" ? explainUnknown(key, parameters) : "Unknown field.",
          type: issue.code,
        }))
      : [{ field: path.join("."), message: issue.message, type: issue.code }];
  });
  return details.slice(0, MAX_DETAILS);
}

/** Returns a message for a missing value or NaN, since Zod's own messages use JavaScript terms. */
function explain({ code, input }: z.core.$ZodRawIssue): string | undefined {
  if (input === undefined && /^invalid_(type|value|union)$/.test(code)) return "is required";
  return Number.isNaN(input) ? "must be a number" : undefined;
}
