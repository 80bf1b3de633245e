import type { Row } from "./answer-sizes.ts";
import type { Actor, Fixtures, Parts, SpecialFixtures } from "./fixtures.ts";
import type { StrangerBody } from "./stranger-bodies.ts";

/**
 * The statuses that callers get for a valid request. viewer, user and admin are the default roles; the deactivated and the deleted have
 * a session from before. A 403 is PERMISSION_DENIED, but for the deactivated INACTIVE_USER.
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

type Made<Value> = Value | Promise<Value>;

/** All that the tables over every operation know of one. */
export interface Entry {
  access: Access;
  /** Returns a request that succeeds when `root` sends it: made for it alone, so that it may be changed and deleted. */
  valid: (fixtures: Fixtures, actor: Actor) => Made<Parts>;
  /** Whether strangers may call it. An operation without it must ask for a token. */
  isPublic?: true;
  /** Returns requests with what is wrong with this operation only, for the errors that it documents. */
  special?: (fixtures: SpecialFixtures) => Made<Parts | Parts[]>;
  /** How a report is asked for with today's activity, where there may be too much of it. */
  overActivity?: Parts;
  /** Its round trips, unless it is the one with which the check travels. */
  roundTrips?: [trips: number, reason: string];
  /** The body that a stranger may send; each operation that takes one has it. */
  strangerBody?: StrangerBody;
  /** Why its JSON is bounded, where it holds many of anything; and the same of other media types. */
  answerSize?: Row;
  otherAnswerSizes?: Record<string, Row>;
  /** The statuses for NUL in a text, where it isn't just refused. */
  nul?: number[];
  /** Why it asks for no recent proof of identity, though it changes accounts, roles or credentials. */
  opensNothing?: string;
  /** Returns a request that asks for recent proof, where not all do. */
  sensitive?: (fixtures: Fixtures) => Promise<Parts>;
  /** Why an account's owner leaves no text behind by it, though it writes; else test/support/marked.ts must call it. */
  storesNoText?: string;
  /** Whether it ignores unknown parameters outside the protocols of others: monitors, caches and calendar programs read it. */
  ignoresUnknownParameters?: true;
  /** Whether a repetition shows by what it says: clients of WakaTime send no Idempotency-Key. */
  isRepeatable?: true;
}

/** The entries of a feature by operationId: the default export of its registry.ts. */
export type Registry = Record<string, Entry>;

export const COUNTED_MAIL = "the mail is counted when it is sent, after the answer";

/** Statuses of those that say in its place what is wrong with one of many, ignore what they don't know, or keep a window's title without NUL. */
export const TOLERATED = [200, 400, 422];
/** Statuses of what editors send unattended, and so is kept without NUL too; what is not kept at all may hold it. */
export const CLEANED = [200, 201, 400, 401, 404, 422];
