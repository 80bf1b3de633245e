import type { AnonymousBody } from "./anonymous-bodies.ts";
import type { SizeBound } from "./answer-sizes.ts";
import type { Actor, Fixtures, Parts, SpecialFixtures } from "./fixtures.ts";

/**
 * Statuses that callers get for a valid request. viewer, user and admin are the default roles; deactivated and deleted callers have an
 * earlier session. A 403 is PERMISSION_DENIED, except INACTIVE_USER for deactivated callers.
 */
type Access = [
  anonymous: number,
  viewer: number,
  user: number,
  admin: number,
  superuser: number,
  deactivated: number,
  deleted: number,
];

type MaybePromise<Value> = Value | Promise<Value>;

/** Facts about an operation, for the tests that call every operation. */
export interface Entry {
  access: Access;
  /** Returns a request that succeeds when `root` sends it, with its own records, which may be changed and deleted. */
  valid: (fixtures: Fixtures, actor: Actor) => MaybePromise<Parts>;
  /** Set if anonymous callers may call the operation. Others must require a credential. */
  isPublic?: true;
  /** Returns requests that fail with documented errors that only this operation has. */
  special?: (fixtures: SpecialFixtures) => MaybePromise<Parts | Parts[]>;
  /** Request for a report of today's activity, if the operation has an error for too much activity. */
  tooMuchActivity?: Parts;
  /** Number of round trips to the database if it is not one, and the reason. */
  roundTrips?: [trips: number, reason: string];
  /** Shape of the bodies that an anonymous caller may send; required for each operation with a body. */
  anonymousBody?: AnonymousBody;
  /** Bound of the size of a JSON response, if it contains a list. */
  answerSize?: SizeBound;
  /** Bounds of the size of other responses, by media type. */
  otherAnswerSizes?: Record<string, SizeBound>;
  /** Statuses for NUL in a text, if the operation does not always reject it. */
  nulStatuses?: number[];
  /** Reason why the operation requires no recent authentication, although it changes accounts, roles or credentials. */
  needsNoRecentAuthentication?: string;
  /** Returns a request that requires recent authentication, if not all do. */
  sensitive?: (fixtures: Fixtures) => Promise<Parts>;
  /** Reason why the operation stores no text of the caller, although it writes. Otherwise test/support/marked.ts must call it. */
  storesNoText?: string;
  /** Set if the operation ignores unknown parameters for monitors, caches or calendar programs, and is not a compatibility route. */
  ignoresUnknownParameters?: true;
  /** Set if the operation recognizes repeated requests by their content: WakaTime clients send no Idempotency-Key. */
  isRepeatable?: true;
}

/** Entries of a feature by operationId: the default export of its registry.ts. */
export type Registry = Record<string, Entry>;

/** Reason for another round trip. */
export const COUNTED_MAIL = "the mail is counted when it is sent, after the response";

/** Statuses for NUL of operations that report errors per item, ignore unknown fields, or store a window's title without NUL. */
export const NUL_TOLERATED = [200, 400, 422];
/** Statuses for NUL of operations that editors call automatically. They store texts without NUL, and ignore it in other fields. */
export const NUL_REMOVED = [200, 201, 400, 401, 404, 422];
