import type { ErrorCode } from "../core/errors.ts";

/** A failure that functions of the database raise on purpose, and the resulting error of the API. */
interface Raised {
  /** The SQLSTATE, of the class PT, which PostgreSQL leaves to applications. */
  code: string;
  error: ErrorCode;
  /** Set if the raised message is a sentence for the client. */
  explains?: true;
}

/**
 * SQLSTATEs that the functions of the database raise, by name. No other TypeScript file has these codes; preconditions
 * (`preconditions.ts`) fail with one of these names.
 */
export const SQLSTATES = {
  sessionEnded: { code: "PT001", error: "INVALID_TOKEN" },
  inactive: { code: "PT002", error: "INACTIVE_USER" },
  forbidden: { code: "PT003", error: "PERMISSION_DENIED", explains: true },
  ruleViolation: { code: "PT004", error: "BUSINESS_LOGIC_ERROR", explains: true },
  notFound: { code: "PT005", error: "RESOURCE_NOT_FOUND", explains: true },
  preconditionFailed: { code: "PT006", error: "PRECONDITION_FAILED" },
  /** The message is a Block, as JSON (core/rate-limit.ts). */
  throttled: { code: "PT007", error: "RATE_LIMIT_EXCEEDED" },
  reauthenticationRequired: { code: "PT008", error: "REAUTHENTICATION_REQUIRED" },
  keyReused: { code: "PT009", error: "IDEMPOTENCY_KEY_REUSED" },
  keyInUse: { code: "PT010", error: "IDEMPOTENCY_KEY_IN_USE", explains: true },
  alreadyExists: { code: "PT011", error: "RESOURCE_ALREADY_EXISTS", explains: true },
  /** The message is the status and the sealed response of the first request with this Idempotency-Key. */
  answered: { code: "PT012", error: "IDEMPOTENCY_KEY_IN_USE" },
  invalidCode: { code: "PT013", error: "INVALID_CODE" },
  invalidPasskey: { code: "PT014", error: "INVALID_PASSKEY" },
  invalidOneTimeToken: { code: "PT015", error: "INVALID_ONE_TIME_TOKEN" },
  /** The message is the body field or query parameter that has a time zone unknown to the database. */
  unknownZone: { code: "PT016", error: "VALIDATION_ERROR" },
  unknownZoneParameter: { code: "PT017", error: "BAD_REQUEST" },
} as const satisfies Record<string, Raised>;

/** Name of a failure that the database raises. */
export type Failure = keyof typeof SQLSTATES;

const FAILURES = new Map<string, Failure>(
  (Object.keys(SQLSTATES) as Failure[]).map((name) => [SQLSTATES[name].code, name]),
);

/** Returns the name of the failure with the SQLSTATE `code`; undefined for codes that no function of the database raises. */
export const failureOf = (code: string | null): Failure | undefined =>
  code === null ? undefined : FAILURES.get(code);

/** Returns the error code that a row of a bulk operation gets for the SQLSTATE `code`. */
export function errorCodeOf(code: string): ErrorCode | undefined {
  const failure = failureOf(code);
  return failure && SQLSTATES[failure].error;
}
