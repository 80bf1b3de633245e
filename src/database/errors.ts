import { NeonDbError } from "@neondatabase/serverless";
import { UNKNOWN_ZONE } from "../core/dates.ts";
import { AppError, causesOf } from "../core/errors.ts";
import { rateLimitExceeded } from "../core/rate-limit.ts";
import { ANSWER_LOST } from "./idempotency.ts";
import { type Failure, failureOf, SQLSTATES } from "./sqlstates.ts";

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
  const failure = failureOf(code);
  return failure && error instanceof Error ? refusalOf(failure, error) : error;
}

/** Returns the refusal that the database raised as `failure`, with what its message tells. */
function refusalOf(failure: Failure, cause: Error): AppError {
  const { error, ...raised } = SQLSTATES[failure];
  switch (failure) {
    case "throttled":
      return rateLimitExceeded(JSON.parse(cause.message), cause);
    case "answered":
      return new AnsweredBefore(cause.message);
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
 * Returns the clauses that the guard, or `requireNamed`, found not to be met, as they are declared: the wildcards that would meet
 * them too are left out. Undefined for other refusals.
 */
function missingIn(cause: Error): string[][] | undefined {
  if (!(cause instanceof NeonDbError) || !cause.detail) return undefined;
  const clauses: string[][] = JSON.parse(cause.detail);
  return clauses.map((names) => names.filter((name) => !name.endsWith("*")));
}

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
