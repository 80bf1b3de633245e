/**
 * Every error a client can meet: its status and what the message says unless the thrower knows better. The OpenAPI
 * document and docs/error-handling.md are made from this table.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, message: "The request could not be read." },
  BUSINESS_LOGIC_ERROR: { status: 400, message: "A rule of the system forbids this." },
  INVALID_ONE_TIME_TOKEN: {
    status: 400,
    message: "This token was used, has expired or was never sent: ask for a new one.",
  },
  INVALID_CREDENTIALS: { status: 401, message: "Invalid username or password." },
  INVALID_TOKEN: { status: 401, message: "Sign in: the token is missing, invalid or has been revoked." },
  TOKEN_EXPIRED: { status: 401, message: "The token has expired." },
  REAUTHENTICATION_REQUIRED: { status: 401, message: "Prove again who you are, then retry." },
  INACTIVE_USER: { status: 403, message: "This account is inactive." },
  PERMISSION_DENIED: { status: 403, message: "You do not have permission to do this." },
  NOT_FOUND: { status: 404, message: "There is nothing at this address." },
  RESOURCE_NOT_FOUND: { status: 404, message: "There is no such resource." },
  METHOD_NOT_ALLOWED: { status: 405, message: "This address does not support this method." },
  NOT_ACCEPTABLE: { status: 406, message: "There is no form of this that you accept." },
  EMAIL_ALREADY_EXISTS: { status: 409, message: "An account with this email already exists." },
  USERNAME_ALREADY_EXISTS: { status: 409, message: "An account with this username already exists." },
  RESOURCE_ALREADY_EXISTS: { status: 409, message: "This already exists." },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    message: "A request with this Idempotency-Key is still being carried out. Try again shortly.",
  },
  TIME_CONFLICT: { status: 409, message: "This is in conflict with another time entry." },
  PRECONDITION_FAILED: {
    status: 412,
    message: "It was changed since you read it. Read it again, and decide anew.",
  },
  PAYLOAD_TOO_LARGE: { status: 413, message: "The request body is too large." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: "Send the body as application/json." },
  MISDIRECTED_REQUEST: { status: 421, message: "This server does not answer to this host name." },
  INVALID_PASSWORD: { status: 422, message: "The password does not meet the rules." },
  PASSWORD_MISMATCH: { status: 422, message: "The current password is wrong." },
  INVALID_CODE: { status: 422, message: "The code is wrong, or was used before." },
  INVALID_PASSKEY: { status: 422, message: "The passkey could not be verified. Begin again." },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: "This Idempotency-Key was used for another request. Use a new one for each.",
  },
  VALIDATION_ERROR: { status: 422, message: "Validation failed: the request is invalid." },
  RATE_LIMIT_EXCEEDED: { status: 429, message: "Too many attempts. Try again later." },
  DATABASE_ERROR: { status: 500, message: "The request could not be carried out." },
  DATABASE_LIMIT_EXCEEDED: {
    status: 500,
    message: "This is more than the database can take or return at once. Ask for less.",
  },
  INTERNAL_SERVER_ERROR: { status: 500, message: "Something went wrong on our side." },
  SERVICE_BUSY: { status: 503, message: "Too many passwords are being checked. Try again in a few seconds." },
  DATABASE_CONNECTION_ERROR: { status: 503, message: "The database cannot be reached. Try again shortly." },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** One thing wrong with a request: `field` is a dotted path such as `body.email`. */
export interface ErrorDetail {
  field: string;
  message: string;
  type: string;
}

interface ErrorOptions {
  message?: string;
  details?: ErrorDetail[];
  /** The clauses of permissions that are not met, each of which any of its names would meet. */
  missing?: string[][] | undefined;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** A failure that a client is told about. Thrown anywhere, rendered in one place (error-response.ts). */
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

/** Throws the error for an absent or soft-deleted `noun`, such as "user". @throws AppError RESOURCE_NOT_FOUND */
export function notFound(noun: string): never {
  throw new AppError("RESOURCE_NOT_FOUND", { message: `There is no such ${noun}.` });
}

/**
 * Throws the error for a caller who is not signed in, or whose account was deleted after the guard had let the request in.
 *
 * @throws AppError INVALID_TOKEN
 */
export function unauthenticated(message: string = ERRORS.INVALID_TOKEN.message): never {
  throw new AppError("INVALID_TOKEN", { message });
}

/** Returns `value`, which is there unless this code has a fault: "expected a row" says what `expectation` is. @throws Error */
export function invariant<Value>(value: Value | undefined, expectation: string): Value {
  if (value === undefined) throw new Error(`Invariant: ${expectation}.`);
  return value;
}

/** `error` and what it was caused by, outermost first. */
export function* causesOf(error: unknown): Generator<unknown> {
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined)
    yield cause;
}

/** The chain of causes for the log. Drizzle's own message holds a statement's parameters, so it is left out. */
export function describeError(error: unknown): string {
  return [...causesOf(error)]
    .filter((cause) => !(cause instanceof Error && cause.message.startsWith("Failed query:")))
    .map((cause) =>
      cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : String(cause),
    )
    .join("\ncaused by ");
}
