import { NeonDbError } from "@neondatabase/serverless";
import { AppError } from "../core/errors.ts";

/** SQLSTATEs raised by the database function `guard` (migrations/0001_guard.sql). */
const GUARD_ERRORS = { PT001: "INVALID_TOKEN", PT002: "INACTIVE_USER", PT003: "PERMISSION_DENIED" } as const;

/** Classes and codes by which Postgres says that it can't serve now: connection, resources, shutdown, read-only. */
const UNAVAILABLE = /^(08|53|57P|25006|58)/;

/**
 * What a failed call of the driver means: the guard's refusal, a database that can't be reached (no SQLSTATE: the answer
 * never came, or came cut), or, unchanged, an error of the statement itself.
 */
export function translateDriverError(error: unknown): unknown {
  const code = error instanceof NeonDbError ? error.code : undefined;
  if (code === undefined || UNAVAILABLE.test(code)) {
    return new AppError("DATABASE_CONNECTION_ERROR", { cause: error, headers: { "Retry-After": "1" } });
  }
  const refusal = GUARD_ERRORS[code as keyof typeof GUARD_ERRORS];
  return refusal ? new AppError(refusal, { cause: error }) : error;
}

/** `error` and what it was caused by, outermost first. */
export function* causesOf(error: unknown): Generator<unknown> {
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined)
    yield cause;
}

/** The name of the unique constraint or index that `error` says was violated, if it says so. */
export function violatedUniqueConstraint(error: unknown): string | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof NeonDbError && cause.code === "23505") return cause.constraint;
  }
  return undefined;
}
