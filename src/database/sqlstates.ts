import type { ErrorCode } from "../core/errors.ts";

/** A failure that the database's functions raise on purpose, and the error that a client gets for it. */
interface Raised {
  /** The SQLSTATE, of the class PT, which PostgreSQL leaves to applications. */
  code: string;
  error: ErrorCode;
  /** Whether the raised message is a sentence for the client. */
  explains?: true;
}

/**
 * The SQLSTATEs that the functions of the database raise, by what they say: the only place that knows these codes. A precondition of a
 * repository fails with one of these names (`preconditions.ts`).
 */
export const SQLSTATES = {
  sessionEnded: { code: "PT001", error: "INVALID_TOKEN" },
  inactive: { code: "PT002", error: "INACTIVE_USER" },
  forbidden: { code: "PT003", error: "PERMISSION_DENIED", explains: true },
  ruleViolation: { code: "PT004", error: "BUSINESS_LOGIC_ERROR", explains: true },
  notFound: { code: "PT005", error: "RESOURCE_NOT_FOUND", explains: true },
  changedMeanwhile: { code: "PT006", error: "PRECONDITION_FAILED" },
  /** The message is a Block, as JSON (core/rate-limit.ts). */
  throttled: { code: "PT007", error: "RATE_LIMIT_EXCEEDED" },
  reauthenticationRequired: { code: "PT008", error: "REAUTHENTICATION_REQUIRED" },
  keyReused: { code: "PT009", error: "IDEMPOTENCY_KEY_REUSED" },
  keyInUse: { code: "PT010", error: "IDEMPOTENCY_KEY_IN_USE", explains: true },
  alreadyExists: { code: "PT011", error: "RESOURCE_ALREADY_EXISTS", explains: true },
  /** The message is the status and the sealed answer of the request that had the Idempotency-Key first. */
  answered: { code: "PT012", error: "IDEMPOTENCY_KEY_IN_USE" },
  invalidCode: { code: "PT013", error: "INVALID_CODE" },
  invalidPasskey: { code: "PT014", error: "INVALID_PASSKEY" },
  invalidOneTimeToken: { code: "PT015", error: "INVALID_ONE_TIME_TOKEN" },
  /** The message is the field of the body, or the parameter of the query, with a time zone that the database does not know. */
  unknownZone: { code: "PT016", error: "VALIDATION_ERROR" },
  unknownZoneParameter: { code: "PT017", error: "BAD_REQUEST" },
} as const satisfies Record<string, Raised>;

/** The name of a failure that the database raises. */
export type Failure = keyof typeof SQLSTATES;

const FAILURES = new Map<string, Failure>(
  (Object.keys(SQLSTATES) as Failure[]).map((name) => [SQLSTATES[name].code, name]),
);

/** Returns the name of the failure that the SQLSTATE `code` stands for, if a function of the database raises it. */
export const failureOf = (code: string | null): Failure | undefined =>
  code === null ? undefined : FAILURES.get(code);

/** Returns the code by which a row of a bulk operation says what the SQLSTATE `code` means. */
export function errorCodeOf(code: string): ErrorCode | undefined {
  const failure = failureOf(code);
  return failure && SQLSTATES[failure].error;
}
