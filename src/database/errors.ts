import { NeonDbError } from "@neondatabase/serverless";
import { UNKNOWN_ZONE } from "../core/dates.ts";
import { AppError, causesOf } from "../core/errors.ts";
import { rateLimitExceeded } from "../core/rate-limit.ts";
import { ANSWER_LOST } from "./idempotency.ts";
import { type Failure, failureOf, SQLSTATES } from "./sqlstates.ts";

/**
 * Thrown for a repeated request whose Idempotency-Key was already answered; no work was done. The stored response is returned to a
 * caller who can decrypt it; other callers get this error.
 */
export class AlreadyAnswered extends AppError {
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
 * SQLSTATE classes and codes for a Postgres that is unavailable: connection, authentication, resources, time limits of the server,
 * shutdown, read-only, disk.
 */
const UNAVAILABLE = /^(08|28|53|57P|57014|55P03|25P0[34]|25006|58|40001|40P01)/;

/**
 * Those for which a retry may succeed: the connection broke, the server is starting or stopping, or the statement lost against another
 * one (serialization failure, deadlock).
 */
const CUT_OFF = /^(08|57P|40001|40P01)/;

/** Statuses with which Neon's proxy refuses a request or a result because of its size: a retry will fail as well. */
const OVER_LIMIT = /^Server error \(HTTP status (?:413|507)\)/;

const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Translates an error of the driver: to the AppError that the database raised on purpose, or to DATABASE_CONNECTION_ERROR if the database
 * can't be reached (also without an SQLSTATE: the response was missing or incomplete). Returns errors of the statement itself unchanged.
 */
export function translateDriverError(error: unknown): unknown {
  const code = sqlStateOf(error);
  if (isOverLimit(error)) return new AppError("DATABASE_LIMIT_EXCEEDED", { cause: error });
  if (code === undefined || UNAVAILABLE.test(code)) {
    return new AppError("DATABASE_CONNECTION_ERROR", { cause: error, headers: { "Retry-After": "1" } });
  }
  const failure = failureOf(code);
  return failure && error instanceof Error ? refusalOf(failure, error) : error;
}

/** Returns the error for a `failure` that the database raised, with the contents of its message. */
function refusalOf(failure: Failure, cause: Error): AppError {
  const { error, ...raised } = SQLSTATES[failure];
  switch (failure) {
    case "throttled":
      return rateLimitExceeded(JSON.parse(cause.message), cause);
    case "answered":
      return new AlreadyAnswered(cause.message);
    case "unknownZone":
    case "unknownZoneParameter":
      return new AppError(error, {
        cause,
        details: [{ field: cause.message, message: UNKNOWN_ZONE, type: "custom" }],
      });
    case "forbidden":
      return new AppError(error, { cause, message: cause.message, missing: missingIn(cause) });
    default:
      return new AppError(error, { cause, ...("explains" in raised && { message: cause.message }) });
  }
}

/**
 * Returns the unmet clauses that the guard or `requireNamed` raised, without the wildcards that would also meet them. Undefined for
 * other errors.
 */
function missingIn(cause: Error): string[][] | undefined {
  if (!(cause instanceof NeonDbError) || !cause.detail) return undefined;
  const clauses: string[][] = JSON.parse(cause.detail);
  return clauses.map((names) => names.filter((name) => !name.endsWith("*")));
}

/** Returns the name of the exclusion constraint that `error` is a violation of; undefined for other errors. */
export const violatedExclusion = (error: unknown) => violatedConstraint(error, "23P01");

/**
 * Returns whether a failed call of the driver may be due to a broken connection only. The statement may have been executed
 * nevertheless.
 */
export function wasCutOff(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code === undefined ? !isOverLimit(error) : CUT_OFF.test(code);
}

const isOverLimit = (error: unknown) => error instanceof NeonDbError && OVER_LIMIT.test(error.message);

/** Returns the SQLSTATE of `error`. Neon's proxy sends an empty code if PostgreSQL sent none. */
const sqlStateOf = (error: unknown) =>
  error instanceof NeonDbError && error.code !== undefined && SQLSTATE.test(error.code)
    ? error.code
    : undefined;

/** Returns the name of the unique constraint or index that `error` is a violation of; undefined for other errors. */
export const violatedUniqueConstraint = (error: unknown) => violatedConstraint(error, "23505");

function violatedConstraint(error: unknown, code: string): string | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof NeonDbError && cause.code === code) return cause.constraint;
  }
  return undefined;
}
