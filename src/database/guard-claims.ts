import type { Origin } from "../core/origin.ts";
import type { KeyHolder, Principal } from "../core/security/principal.ts";

/** The caller of a request and the permissions that they must hold: the database checks both in the transaction that does the work. */
export interface Guard {
  asker: Principal | KeyHolder;
  origin: Origin;
  /** Clauses that must all be met, each by holding any one of its names. */
  required: string[][];
  /** Whether a personal token will not do. */
  inPerson: boolean;
  /** Whether the request only reads. */
  isRead: boolean;
  /** How long ago the user may have authenticated. */
  maxAgeSeconds: number | undefined;
  /** What the request spends, by the terms of a block; none for work that was let in before. */
  budget?: { policy: string; quota: number; window: number };
  /** How many entries of the audit log the user may cause about themselves in an hour. */
  ownEvents?: number;
}

/** What the database's function `origin` reads (functions/audit/origin.sql). */
export interface OriginClaims {
  request_id: Origin["requestId"];
  address: Origin["address"];
}

export const originClaims = ({ requestId, address }: Origin): OriginClaims => ({
  request_id: requestId,
  address,
});

/** What the database's function `guard` reads besides (functions/access/guard.sql). */
export interface GuardClaims {
  user?: string;
  session?: string;
  token?: string;
  hash?: string;
  key_hash?: string;
  required: Guard["required"];
  reads?: true;
  in_person?: true;
  max_age?: number;
  budget?: NonNullable<Guard["budget"]>;
  own_events?: number;
}

export function claimsOf({
  asker,
  required,
  inPerson,
  isRead,
  maxAgeSeconds,
  origin,
  budget,
  ownEvents,
}: Guard): string {
  const claims: GuardClaims & OriginClaims = {
    ...originClaims(origin),
    ...identityOf(asker),
    required,
    ...(isRead && { reads: true }),
    ...(inPerson && { in_person: true }),
    ...(maxAgeSeconds !== undefined && { max_age: maxAgeSeconds }),
    ...(budget && { budget }),
    ...(ownEvents !== undefined && { own_events: ownEvents }),
  };
  return JSON.stringify(claims);
}

function identityOf(asker: Principal | KeyHolder): Partial<GuardClaims> {
  if (!("userId" in asker)) return { key_hash: asker.credential.hash };
  const { userId: user, credential } = asker;
  return credential.kind === "session"
    ? { user, session: credential.id }
    : { user, token: credential.id, hash: credential.hash };
}
