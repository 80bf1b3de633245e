import type { SizeBound } from "./answer-sizes.ts";
import type { Actor, Fixtures, Parts, SpecialFixtures } from "./fixtures.ts";
import type { StrangerBody } from "./stranger-bodies.ts";

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
  /** Request for a report that includes today's activity, if the operation has an error for too much activity. */
  tooMuchActivity?: Parts;
  /** Number of round trips to the database, if it is not one. */
  roundTrips?: [trips: number, reason: string];
  /** Body that an anonymous caller may send; required for each operation with a body. */
  strangerBody?: StrangerBody;
  /** Bounds of the response, if it contains lists: as JSON, and in other media types. */
  answerSize?: SizeBound;
  otherAnswerSizes?: Record<string, SizeBound>;
  /** Statuses for NUL in a text, if it is not simply refused. */
  nulStatuses?: number[];
  /** Reason why it requires no recent authentication, although it changes accounts, roles or credentials. */
  needsNoRecentAuthentication?: string;
  /** Returns a request that requires recent authentication, if not all do. */
  sensitive?: (fixtures: Fixtures) => Promise<Parts>;
  /** Reason why it stores no text of the caller, although it writes. Otherwise test/support/marked.ts must call it. */
  storesNoText?: string;
  /** Set if it ignores unknown parameters, although it is not a compatibility route: monitors, caches and calendar programs call it. */
  ignoresUnknownParameters?: true;
  /** Set if a repeat is recognized by its contents: WakaTime clients send no Idempotency-Key. */
  isRepeatable?: true;
}

/** Entries of a feature by operationId: the default export of its registry.ts. */
export type Registry = Record<string, Entry>;

export const COUNTED_MAIL = "the mail is counted when it is sent, after the response";

/** Statuses of operations that report errors per item, ignore unknown fields, or store a window's title without NUL. */
export const NUL_TOLERATED = [200, 400, 422];
/** Statuses of operations that editors call automatically. They store texts without NUL; fields that are not stored may contain it. */
export const NUL_REMOVED = [200, 201, 400, 401, 404, 422];
