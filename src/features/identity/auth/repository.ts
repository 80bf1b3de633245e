import { and, eq, sql } from "drizzle-orm";
import type { Block } from "../../../core/rate-limit.ts";
import type { Device } from "../../../core/security/device-cookie.ts";
import { normalizeUsername } from "../../../core/usernames.ts";
import { endAccess } from "../../../database/access.ts";
import { batch } from "../../../database/batch.ts";
import { requireUnanswered, wasAnswered } from "../../../database/challenges.ts";
import type { Database } from "../../../database/client.ts";
import { callFunction } from "../../../database/connection.ts";
import { touched } from "../../../database/tables/columns.ts";
import { passkeys } from "../../../database/tables/factors.ts";
import { sessions } from "../../../database/tables/sessions.ts";
import { users } from "../../../database/tables/users.ts";
import { insertChallenge, type NewChallenge } from "../factors/sign-in/statements.ts";
import { type Factors, factorColumns, type Proof, requireProof } from "../factors/statements.ts";
import type { NewSession } from "../sessions/statements.ts";
import { type Bucket, fromAddress, networkKey, type policiesOf } from "../throttling/policies.ts";
import {
  bucketPayload,
  countAttempt,
  policyPayload,
  requireAttempt,
  requireOpen,
  resetCounts,
} from "../throttling/statements.ts";
import { accountIn, isActiveWithPassword, isLive, lock, selectAccount } from "../users/statements.ts";

/** An attempt to sign in. */
export interface Attempt {
  /** A username or email. */
  identifier: string;
  address: string;
  /** The device named by a genuine device cookie. */
  device: Device | undefined;
}

type LoginPolicies = Pick<
  ReturnType<typeof policiesOf>,
  "login" | "loginOnDevice" | "loginToAccount" | "loginFromAddress" | "signIn"
>;

/** The account of an attempt, and the block on the attempt. */
interface SignInFacts {
  account: ({ userId: string; passwordHash: string; isActive: boolean } & Factors) | null;
  block: Block | null;
}

/**
 * Returns the stored hash and the factors of the attempt's account, if it is live, and the block on the attempt, if any
 * (functions/sessions/sign_in_facts.sql).
 */
export async function findCredentials(db: Database, policies: LoginPolicies, attempt: Attempt) {
  const payload = JSON.stringify(attemptPayload(policies, attempt));
  const { account, block } = await callFunction<SignInFacts>(db, "sign_in_facts", payload);
  return { account: account ?? undefined, block: block ?? undefined };
}

/** Counts a failed sign-in and adds it to the audit log. If the attempt is blocked, returns the block instead. */
export async function countFailedSignIn(
  db: Database,
  policies: LoginPolicies,
  attempt: Attempt,
  userId: string | undefined,
) {
  const audited = { failure: "sign_in.failed", block: "sign_in.blocked", userId: userId ?? null };
  const counters = sql`sign_in_counters(${JSON.stringify(attemptPayload(policies, attempt))}::jsonb, ${userId ?? null}::uuid)`;
  const { rows } = await countAttempt(db, counters, audited);
  return rows[0]?.counted.block ?? undefined;
}

/** Returns an attempt in the form of the database's functions (functions/sessions/sign_in_counters.sql). */
const attemptPayload = (policies: LoginPolicies, { identifier, address, device }: Attempt) => ({
  identifier,
  names: [identifier, normalizeUsername(identifier)],
  address,
  network: networkKey(address),
  device: device ?? null,
  login: policyPayload(policies.login),
  login_on_device: policyPayload(policies.loginOnDevice),
  login_to_account: policyPayload(policies.loginToAccount),
  sign_in: policyPayload(policies.signIn),
  from_address: fromAddress(policies.loginFromAddress, { address }).map(bucketPayload),
});

/** A sign-in whose password was correct. */
export interface SignIn {
  userId: string;
  /** Hash that the password was verified against. */
  passwordHash: string;
  /** Hash with the current parameters, if they have changed. */
  rehash: string | undefined;
  policies: LoginPolicies;
  attempt: Attempt;
}

/** A user as in lists. */
interface ListedUser {
  id: string;
  username: string;
  email: string;
  is_active: boolean;
  is_superuser: boolean;
  created_at: string;
}

/**
 * Opens a session if the account is still active, the verified password is still its password, and the attempt has not been
 * blocked in the meantime, and stores the new hash (functions/sessions/open_session.sql). Returns the user, or undefined if no
 * session was opened.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function openSession(db: Database, signIn: SignIn, session: NewSession) {
  const { userId, passwordHash, rehash, policies, attempt } = signIn;
  const payload = { userId, passwordHash, rehash, attempt: attemptPayload(policies, attempt) };
  const parameters = [JSON.stringify(payload), JSON.stringify(session)];
  return (await callFunction<ListedUser | null>(db, "open_session", ...parameters)) ?? undefined;
}

/**
 * Stores a challenge for a second factor under the conditions of `openSession`, and returns whether it was stored.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function openChallenge(db: Database, signIn: SignIn, challenge: NewChallenge): Promise<boolean> {
  const { policies, attempt, userId } = signIn;
  const payload = JSON.stringify(attemptPayload(policies, attempt));
  const { challenged } = await batch(db, {
    locked: lock(db, userId),
    attempt: db.execute(sql`select settle_sign_in(${payload}::jsonb, ${userId})`),
    challenged: insertChallenge(db, challenge, isActiveWithPassword(signIn)),
    renewed: renewHash(db, signIn),
  });
  return challenged.rowCount === 1;
}

const renewHash = (db: Database, { userId, passwordHash, rehash }: SignIn) =>
  rehash === undefined
    ? []
    : [
        db
          .update(users)
          .set({ passwordHash: rehash })
          .where(and(eq(users.id, userId), eq(users.passwordHash, passwordHash))),
      ];

/**
 * Returns the stored credentials of the live user with `id`, and whether the challenge with `challengeHash` was answered
 * before. `open` are the buckets that must not be blocked.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function selectCredentials(
  db: Database,
  id: string,
  { open, challengeHash = "" }: { open: readonly Bucket[]; challengeHash?: string | undefined },
) {
  const { account } = await batch(db, {
    precondition: requireOpen(db, open),
    account: db
      .select({
        userId: users.id,
        passwordHash: users.passwordHash,
        email: users.email,
        username: users.username,
        isAnswered: wasAnswered(challengeHash),
        ...factorColumns,
      })
      .from(users)
      .where(isLive(id)),
  });
  return account[0];
}

/**
 * Replaces the hash if it is still `previousHash` and `buckets` are not blocked, and ends the access that `event` ends, except
 * the session `keptSessionId`. Returns undefined if the hash was a different one.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function replacePassword(
  db: Database,
  change: {
    userId: string;
    previousHash: string;
    passwordHash: string;
    keptSessionId: string;
    event: "password_change" | "password_and_tokens_change";
    buckets: readonly Bucket[];
    /** Buckets that count the success. */
    successes: readonly Bucket[];
  },
) {
  const { userId, previousHash, passwordHash, keptSessionId, event, buckets, successes } = change;
  const { replaced, account } = await batch(db, {
    throttling: [requireOpen(db, buckets), resetCounts(db, buckets), requireAttempt(db, successes)],
    replaced: db
      .update(users)
      .set({ passwordHash, ...touched(users) })
      .where(and(isLive(userId), eq(users.passwordHash, previousHash)))
      .returning({ id: users.id }),
    ended: endAccess(
      db,
      event,
      sql`${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash}`,
      keptSessionId,
    ),
    account: selectAccount(db, userId),
  });
  return replaced.length === 1 ? accountIn(account) : undefined;
}

/**
 * Records in a session that its user has just reauthenticated, if the verified password is still theirs and
 * `buckets` are not blocked. Consumes the proof of a second factor. Returns whether the password was still the same.
 *
 * @throws AppError INVALID_CODE, INVALID_PASSKEY, RATE_LIMIT_EXCEEDED
 */
export async function acceptProof(
  db: Database,
  proved: {
    sessionId: string;
    userId: string;
    passwordHash: string;
    buckets: readonly Bucket[];
    /** Buckets that count the success. */
    successes: readonly Bucket[];
    proof?: Proof;
    /** Hash of the challenge that the proof answers, if it answers one. */
    challengeHash?: string;
  },
): Promise<boolean> {
  const { sessionId, userId, passwordHash, proof, challengeHash, buckets, successes } = proved;
  const isCurrent = sql`exists (select from ${users} where ${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash})`;
  const { noted } = await batch(db, {
    throttling: [requireOpen(db, buckets), resetCounts(db, buckets), requireAttempt(db, successes)],
    noted: db
      .update(sessions)
      .set({ authenticatedAt: sql`now()` })
      .where(and(eq(sessions.id, sessionId), isCurrent))
      .returning({ id: sessions.id }),
    factor: proof ? [requireProof(db, userId, proof)] : [],
    challenge: challengeHash === undefined ? [] : [requireUnanswered(db, challengeHash, "invalidPasskey")],
  });
  return noted.length === 1;
}

/** Selects the data that a browser needs to use one of a user's passkeys. */
export const selectPasskeys = (db: Database, userId: string) =>
  db
    .select({ credentialId: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(eq(passkeys.userId, userId));
