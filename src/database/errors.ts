import { NeonDbError } from "@neondatabase/serverless";
import { UNKNOWN_ZONE } from "../core/dates.ts";
import { AppError, causesOf, type ErrorCode } from "../core/errors.ts";
import { rateLimitExceeded } from "../core/rate-limit.ts";
import { ANSWER_LOST } from "./idempotency.ts";

/** SQLSTATEs raised by the functions `guard` and `demand` of the database (see migrations/). */
const RAISED = {
  PT001: "INVALID_TOKEN",
  PT002: "INACTIVE_USER",
  PT003: "PERMISSION_DENIED",
  PT004: "BUSINESS_LOGIC_ERROR",
  PT005: "RESOURCE_NOT_FOUND",
  PT006: "PRECONDITION_FAILED",
  PT008: "REAUTHENTICATION_REQUIRED",
  PT009: "IDEMPOTENCY_KEY_REUSED",
  PT010: "IDEMPOTENCY_KEY_IN_USE",
  PT011: "RESOURCE_ALREADY_EXISTS",
  PT013: "INVALID_CODE",
  PT014: "INVALID_PASSKEY",
  PT015: "INVALID_ONE_TIME_TOKEN",
  PT016: "VALIDATION_ERROR",
  PT017: "BAD_REQUEST",
} as const;

/** Where the raised message is a sentence for the client, written by a repository. */
const EXPLAINED = /^PT0(0[345]|1[01])$/;

/** Where it is the field in which an unknown time zone came: see the function demand_zone. */
const ZONE = /^PT01[67]$/;

/** Where it is a Block, as JSON, written by features/throttling. */
const THROTTLED = "PT007";

/** Where it is the answer that a request with the same Idempotency-Key got, written by idempotency.ts. */
const ANSWERED = "PT012";

/**
 * The same request, with the same Idempotency-Key, was answered before: nothing was done now. It is a refusal to who can't
 * open the answer.
 */
export class AnsweredBefore extends AppError {
  readonly status: number;
  readonly sealedAnswer: string;

  constructor(answer: string) {
    super("IDEMPOTENCY_KEY_IN_USE", { message: ANSWER_LOST });
    const [status, sealedAnswer = ""] = answer.split(" ");
    this.status = Number(status);
    this.sealedAnswer = sealedAnswer;
  }
}

/**
 * Classes and codes by which Postgres says that it can't serve now: connection, sign-in to the database, resources, time
 * limits of the server, shutdown, read-only, disk.
 */
const UNAVAILABLE = /^(08|28|53|57P|57014|55P03|25P0[34]|25006|58|40001|40P01)/;

/**
 * Those that say that the connection broke, that its server is starting or stopping, or that the statement lost against another
 * one (serialization failure, deadlock): the next attempt may do.
 */
const CUT_OFF = /^(08|57P|40001|40P01)/;

/** The statuses by which Neon's proxy refuses a request or a result for its size: the next attempt will not do either. */
const OVER_LIMIT = /^Server error \(HTTP status (?:413|507)\)/;

const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * What a failed call of the driver means: a refusal raised on purpose, a database that can't be reached (no SQLSTATE: the answer
 * never came, or came cut), or, unchanged, an error of the statement itself.
 */
export function translateDriverError(error: unknown): unknown {
  const code = sqlStateOf(error);
  if (isOverLimit(error)) return new AppError("DATABASE_LIMIT_EXCEEDED", { cause: error });
  if (code === undefined || UNAVAILABLE.test(code)) {
    return new AppError("DATABASE_CONNECTION_ERROR", { cause: error, headers: { "Retry-After": "1" } });
  }
  if (code === THROTTLED && error instanceof Error)
    return rateLimitExceeded(JSON.parse(error.message), error);
  if (code === ANSWERED && error instanceof Error) return new AnsweredBefore(error.message);
  const refusal = RAISED[code as keyof typeof RAISED];
  if (!refusal) return error;
  return new AppError(refusal, { cause: error, ...(error instanceof Error && explain(code, error.message)) });
}

function explain(code: string, message: string) {
  if (ZONE.test(code)) return { details: [{ field: message, message: UNKNOWN_ZONE, type: "custom" }] };
  return EXPLAINED.test(code) ? { message } : {};
}

/** The code by which a row of a bulk operation is told what the SQLSTATE `code` means. */
export const errorCodeOf = (code: string): ErrorCode | undefined => RAISED[code as keyof typeof RAISED];

/** The name of the exclusion constraint that `error` says was violated, if it says so. */
export const violatedExclusion = (error: unknown) => violatedConstraint(error, "23P01");

/**
 * Whether a failed call of the driver may have met no more than a broken connection. What had been asked may have been
 * done nevertheless.
 */
export function wasCutOff(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code === undefined ? !isOverLimit(error) : CUT_OFF.test(code);
}

const isOverLimit = (error: unknown) => error instanceof NeonDbError && OVER_LIMIT.test(error.message);

/** Returns the SQLSTATE of `error`. Where PostgreSQL said nothing, Neon's proxy sends an empty code. */
const sqlStateOf = (error: unknown) =>
  error instanceof NeonDbError && error.code !== undefined && SQLSTATE.test(error.code)
    ? error.code
    : undefined;

/** The name of the unique constraint or index that `error` says was violated, if it says so. */
export const violatedUniqueConstraint = (error: unknown) => violatedConstraint(error, "23505");

function violatedConstraint(error: unknown, code: string): string | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof NeonDbError && cause.code === code) return cause.constraint;
  }
  return undefined;
}
