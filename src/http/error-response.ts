import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { AppError, causesOf, describeError, ERRORS, type ErrorCode } from "../core/errors.ts";
import { log } from "../core/logger.ts";
import type { AppEnv } from "./context.ts";

export const ErrorDetail = z
  .object({
    field: z.string().openapi({ example: "body.email" }),
    message: z.string().openapi({ example: "Invalid email address" }),
    type: z.string().openapi({ example: "invalid_format" }),
  })
  .openapi("ErrorDetail");

export const ErrorResponse = z
  .object({
    error: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    message: z.string().openapi({ example: "Validation failed: the request is invalid." }),
    request_id: z.string().openapi({ example: "5f0c1b1e-6a0e-4c39-8a41-0b6c2f3f9a11" }),
    details: z.array(ErrorDetail).optional().openapi({ description: "Problems by field, up to 100" }),
    debug_context: z
      .unknown()
      .optional()
      .openapi({ description: "Only with DEBUG=true, never in production" }),
  })
  .openapi("ErrorResponse");

/** Error response that also names the permissions that the caller lacks. */
export const ForbiddenResponse = ErrorResponse.extend({
  missing: z
    .array(z.array(z.string()))
    .optional()
    .openapi({
      description:
        "Permissions that the caller lacks. The caller needs any one permission of each list. For personal tokens, the lists include permissions that the scopes exclude",
      example: [["projects:update"]],
    }),
}).openapi("ForbiddenResponse");

/** Maximum number of problems in a response: a body may have one in every other byte. */
const MAX_DETAILS = 100;

/** Renders any error as an `ErrorResponse`. Internal details never reach the client. */
export function renderError(error: unknown, c: Context<AppEnv>): Response {
  const appError = toAppError(error);
  const { status } = ERRORS[appError.code];
  const settings = c.get("settings") as AppEnv["Variables"]["settings"] | undefined;
  const requestId = c.get("requestId");
  if (status >= 500) {
    log(settings ?? { LOG_LEVEL: "info" }, "error", "error", appError.code, {
      request_id: requestId,
      cause: describeError(error),
    });
  }
  const debugging = settings?.DEBUG && settings.ENVIRONMENT === "development";
  const body: z.input<typeof ForbiddenResponse> & { debug_context?: string } = {
    error: appError.code,
    message: appError.message,
    request_id: requestId,
    ...(appError.missing && { missing: appError.missing }),
    ...(appError.details && { details: appError.details.slice(0, MAX_DETAILS) }),
    ...(debugging && { debug_context: describeError(error) }),
  };
  // A 401 must say how to authenticate (RFC 9110 15.5.2, RFC 6750 3).
  if (status === 401) c.header("WWW-Authenticate", challengeOf(appError.code, settings));
  return c.json(body, status, appError.headers);
}

/** Returns the `WWW-Authenticate` challenge (RFC 6750 3), with `max_age` if recent authentication is required (RFC 9470 3). */
function challengeOf(code: ErrorCode, settings: AppEnv["Variables"]["settings"] | undefined): string {
  if (code !== "REAUTHENTICATION_REQUIRED" || !settings) return "Bearer";
  const maxAge = settings.RECENT_AUTHENTICATION_SECONDS;
  return `Bearer error="insufficient_user_authentication", error_description="${ERRORS[code].message}", max_age=${maxAge}`;
}

/** Answers a request whose path no route has. */
export function renderNotFound(c: Context<AppEnv>): Response {
  return renderError(new AppError("NOT_FOUND"), c);
}

/** Answers a request whose method the path does not support. `Allow` lists the supported ones (RFC 9110 15.5.6). */
export function renderMethodNotAllowed(c: Context<AppEnv>, methods: string[]): Response {
  return renderError(new AppError("METHOD_NOT_ALLOWED", { headers: { Allow: methods.join(", ") } }), c);
}

const CODES_BY_STATUS: Partial<Record<number, ErrorCode>> = {
  400: "BAD_REQUEST",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
};

/** Returns the error code with which `error` is answered. */
export const codeOf = (error: unknown): ErrorCode => toAppError(error).code;

function toAppError(error: unknown): AppError {
  for (const cause of causesOf(error)) {
    if (cause instanceof AppError) return cause;
    if (cause instanceof HTTPException) {
      return new AppError(CODES_BY_STATUS[cause.status] ?? "INTERNAL_SERVER_ERROR", { cause });
    }
    if (cause instanceof Error && cause.name === "NeonDbError")
      return new AppError("DATABASE_ERROR", { cause });
  }
  return new AppError("INTERNAL_SERVER_ERROR", { cause: error });
}
