/**
 * Every error code of the API, with its HTTP status and default message. The OpenAPI document is generated from this table,
 * and a test compares docs/error-handling.md with it.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, message: "The request could not be read." },
  BUSINESS_LOGIC_ERROR: { status: 400, message: "A business rule forbids this operation." },
  INVALID_ONE_TIME_TOKEN: {
    status: 400,
    message: "This token was already used, has expired or was never sent. Request a new one.",
  },
  INVALID_CREDENTIALS: { status: 401, message: "Invalid username or password." },
  INVALID_TOKEN: {
    status: 401,
    message: "Authentication required: the token is missing, invalid or revoked.",
  },
  TOKEN_EXPIRED: { status: 401, message: "The token has expired." },
  REAUTHENTICATION_REQUIRED: {
    status: 401,
    message: "Recent authentication required. Sign in again, then retry.",
  },
  INACTIVE_USER: { status: 403, message: "This account is inactive." },
  PERMISSION_DENIED: { status: 403, message: "You do not have permission to do this." },
  NOT_FOUND: { status: 404, message: "Route not found." },
  RESOURCE_NOT_FOUND: { status: 404, message: "Resource not found." },
  METHOD_NOT_ALLOWED: { status: 405, message: "This route does not support this method." },
  NOT_ACCEPTABLE: { status: 406, message: "None of the requested media types is supported." },
  EMAIL_ALREADY_EXISTS: { status: 409, message: "An account with this email already exists." },
  USERNAME_ALREADY_EXISTS: { status: 409, message: "An account with this username already exists." },
  RESOURCE_ALREADY_EXISTS: { status: 409, message: "This resource already exists." },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    message: "A request with this Idempotency-Key is still in progress. Try again shortly.",
  },
  TIME_CONFLICT: { status: 409, message: "This time entry conflicts with another one." },
  PRECONDITION_FAILED: {
    status: 412,
    message: "The resource has changed. Fetch it again and retry.",
  },
  PAYLOAD_TOO_LARGE: { status: 413, message: "The request body is too large." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: "Send the body as application/json." },
  MISDIRECTED_REQUEST: { status: 421, message: "This server does not accept requests for this host name." },
  INVALID_PASSWORD: { status: 422, message: "The password does not meet the requirements." },
  PASSWORD_MISMATCH: { status: 422, message: "The current password is wrong." },
  INVALID_CODE: { status: 422, message: "The code is wrong or was already used." },
  INVALID_PASSKEY: { status: 422, message: "The passkey could not be verified. Start again." },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: "This Idempotency-Key was already used for another request. Use a new key for each request.",
  },
  VALIDATION_ERROR: { status: 422, message: "Validation failed: the request is invalid." },
  RATE_LIMIT_EXCEEDED: { status: 429, message: "Too many attempts. Try again later." },
  DATABASE_ERROR: { status: 500, message: "The request could not be completed." },
  DATABASE_LIMIT_EXCEEDED: {
    status: 500,
    message: "The request or its result is too large for the database. Request less data.",
  },
  INTERNAL_SERVER_ERROR: { status: 500, message: "Something went wrong on our side." },
  SERVICE_BUSY: { status: 503, message: "Too many passwords are being checked. Try again in a few seconds." },
  DATABASE_CONNECTION_ERROR: { status: 503, message: "The database cannot be reached. Try again shortly." },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** A problem with one field of a request. `field` is a dotted path such as `body.email`. */
export interface ErrorDetail {
  field: string;
  message: string;
  type: string;
}

interface ErrorOptions {
  message?: string;
  details?: ErrorDetail[];
  /** Clauses of permissions that the caller does not meet. Any one permission of a clause meets it. */
  missing?: string[][] | undefined;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An error whose code and message are sent to the client. `src/http/error-response.ts` renders it. */
export class AppError extends Error {
  override name = "AppError";
  readonly code: ErrorCode;
  readonly details: ErrorDetail[] | undefined;
  readonly missing: string[][] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    code: ErrorCode,
    { message = ERRORS[code].message, details, missing, headers = {}, cause }: ErrorOptions = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.details = details;
    this.missing = missing;
    this.headers = headers;
  }
}

/** Returns the message for a missing or soft-deleted `noun`: "Time entry not found." for "time entry". */
export const notFoundMessage = (noun: string): string =>
  `${noun.charAt(0).toUpperCase()}${noun.slice(1)} not found.`;

/** Throws the error for a missing or soft-deleted `noun`, such as "user". @throws AppError RESOURCE_NOT_FOUND */
export function notFound(noun: string): never {
  throw new AppError("RESOURCE_NOT_FOUND", { message: notFoundMessage(noun) });
}

/**
 * Throws the error for a caller who is not signed in, or whose account was deleted after the guard had passed the request.
 *
 * @throws AppError INVALID_TOKEN
 */
export function unauthenticated(message: string = ERRORS.INVALID_TOKEN.message): never {
  throw new AppError("INVALID_TOKEN", { message });
}

/** Returns `value`, which is undefined only if this code has a defect. `expectation` reads like "expected a row". @throws Error */
export function invariant<Value>(value: Value | undefined, expectation: string): Value {
  if (value === undefined) throw new Error(`Invariant: ${expectation}.`);
  return value;
}

/** Yields `error` and the chain of its causes, outermost first. */
export function* causesOf(error: unknown): Generator<unknown> {
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined)
    yield cause;
}

/** Returns the chain of causes for the log. It leaves out Drizzle's own message, which contains a statement's parameters. */
export function describeError(error: unknown): string {
  return [...causesOf(error)]
    .filter((cause) => !(cause instanceof Error && cause.message.startsWith("Failed query:")))
    .map((cause) =>
      cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : String(cause),
    )
    .join("\ncaused by ");
}
