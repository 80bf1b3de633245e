import type { Origin } from "../core/origin.ts";
import type { KeyHolder, Principal } from "../core/security/principal.ts";

/** Caller of a request, and the checks that the database makes in the transaction that does the work. */
export interface Guard {
  caller: Principal | KeyHolder;
  origin: Origin;
  /** Clauses that must all be met. Holding any one permission of a clause meets it. */
  required: string[][];
  /** Set if a membership of any organization also admits a caller without `required`, because the request is about records. */
  admitsMembers?: boolean;
  /** Requirements of the organization that the request names; absent for requests to the instance. */
  within?: Within | undefined;
  /** Set if personal tokens are refused. */
  inPerson: boolean;
  /** Set if the request only reads. */
  isRead: boolean;
  /** Maximum age of the last authentication; undefined for no limit. */
  maxAgeSeconds: number | undefined;
  /** Rate limit of the request, in the terms of a block; absent for work that was admitted before. */
  budget?: { policy: string; quota: number; window: number };
  /** Number of audit events that users may cause about themselves in an hour. */
  ownEvents?: number;
}

/** Requirements that the caller's role in an organization must meet. */
export interface Within {
  organization: string;
  /** Clauses that must all be met. Holding any one grant of a clause meets it. */
  clauses: string[][];
  /** Clauses of permissions of the instance that take the place of a membership, for operators. */
  frame?: string[][];
}

/** Argument of the database's function `origin` (functions/audit/origin.sql). */
export interface OriginClaims {
  request_id: Origin["requestId"];
  address: Origin["address"];
}

/** Returns the argument of the database's function `origin`. */
export const originClaims = ({ requestId, address }: Origin): OriginClaims => ({
  request_id: requestId,
  address,
});

/** Argument of the database's function `guard`, besides OriginClaims (functions/access/guard.sql). */
export interface GuardClaims {
  user?: string;
  session?: string;
  token?: string;
  hash?: string;
  key_hash?: string;
  required: Guard["required"];
  members?: true;
  organization?: string;
  within?: Within["clauses"];
  frame?: NonNullable<Within["frame"]>;
  reads?: true;
  in_person?: true;
  max_age?: number;
  budget?: NonNullable<Guard["budget"]>;
  own_events?: number;
}

/** Returns the argument of the database's function `guard`, as JSON. */
export function claimsOf({
  caller,
  required,
  admitsMembers,
  within,
  inPerson,
  isRead,
  maxAgeSeconds,
  origin,
  budget,
  ownEvents,
}: Guard): string {
  const claims: GuardClaims & OriginClaims = {
    ...originClaims(origin),
    ...identityOf(caller),
    required,
    ...(admitsMembers && { members: true }),
    ...(within && { organization: within.organization, within: within.clauses }),
    ...(within?.frame && { frame: within.frame }),
    ...(isRead && { reads: true }),
    ...(inPerson && { in_person: true }),
    ...(maxAgeSeconds !== undefined && { max_age: maxAgeSeconds }),
    ...(budget && { budget }),
    ...(ownEvents !== undefined && { own_events: ownEvents }),
  };
  return JSON.stringify(claims);
}

function identityOf(caller: Principal | KeyHolder): Partial<GuardClaims> {
  if (!("userId" in caller)) return { key_hash: caller.credential.hash };
  const { userId: user, credential } = caller;
  return credential.kind === "session"
    ? { user, session: credential.id }
    : { user, token: credential.id, hash: credential.hash };
}
