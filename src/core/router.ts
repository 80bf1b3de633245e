import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { ValidationTargets } from "hono";
import type { AppEnv } from "./context.ts";
import { AppError, type ErrorDetail } from "./errors.ts";

z.config({ customError: explain });

interface RouterOptions {
  getPath?: (request: Request) => string;
  /** What an invalid request is answered with. */
  invalid?: "VALIDATION_ERROR" | "BAD_REQUEST";
}

/** An empty router whose routes answer an invalid request with `invalid` and what is wrong, field by field. */
export function createRouter({ invalid = "VALIDATION_ERROR", ...options }: RouterOptions = {}) {
  return new OpenAPIHono<AppEnv>({
    ...options,
    defaultHook: (result, c) => {
      if (result.success) return;
      if (result.target === "json" && c.req.raw.body === null) {
        throw new AppError("BAD_REQUEST", { message: "A JSON body is needed." });
      }
      throw new AppError(invalid, { details: detailsOf(result.error.issues, result.target) });
    },
  });
}

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
 * Returns what is wrong, field by field, for the first hundred. Unknown fields are named one by one; an issue never repeats the value that it
 * rejects.
 */
export function detailsOf(issues: z.core.$ZodIssue[], target: keyof ValidationTargets): ErrorDetail[] {
  const details = issues.slice(0, MAX_DETAILS).flatMap((issue): ErrorDetail[] => {
    const path = [PREFIXES[target], ...issue.path.map(String)];
    return issue.code === "unrecognized_keys"
      ? issue.keys.slice(0, MAX_DETAILS).map((key) => ({
          field: [...path, key].join("."),
          message: "This field is not known here.",
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
