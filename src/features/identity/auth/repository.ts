import { and, eq, not, sql } from "drizzle-orm";
import type { Device } from "../../../core/security/device-cookie.ts";
import { normalizeUsername } from "../../../core/usernames.ts";
import { endAccess } from "../../../database/access.ts";
import { batch } from "../../../database/batch.ts";
import { requireUnanswered, wasAnswered } from "../../../database/challenges.ts";
import type { Database } from "../../../database/client.ts";
import { touched } from "../../../database/tables/columns.ts";
import { passkeys } from "../../../database/tables/factors.ts";
import { foldCase } from "../../../database/tables/names.ts";
import { sessions } from "../../../database/tables/sessions.ts";
import { users } from "../../../database/tables/users.ts";
import { insertChallenge, type NewChallenge } from "../factors/sign-in/statements.ts";
import { factorColumns, type Proof, requireProof } from "../factors/statements.ts";
import { insertSession, type NewSession } from "../sessions/statements.ts";
import {
  ACCOUNT_PREFIX,
  type Bucket,
  fromAddress,
  networkKey,
  type policiesOf,
} from "../throttling/policies.ts";
import {
  type Counter,
  countAttempt,
  requireAttempt,
  requireOpen,
  resetCounts,
  selectBlock,
} from "../throttling/statements.ts";
import {
  isActiveWithPassword,
  isLive,
  listItem,
  lock,
  selectGrants,
  selectUser,
  withRoles,
} from "../users/statements.ts";

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

/** Returns the stored hash and the factors of the attempt's account, if it is live, and the block on the attempt, if any. */
export async function findCredentials(db: Database, policies: LoginPolicies, attempt: Attempt) {
  const { accounts, block } = await batch(db, {
    accounts: db
      .select({
        userId: users.id,
        passwordHash: users.passwordHash,
        isActive: users.isActive,
        ...factorColumns,
      })
      .from(users)
      .where(matchesIdentifier(attempt.identifier)),
    block: selectBlock(db, [...countersOf(policies, attempt), successesAtKnownAddress(policies, attempt)]),
  });
  return { account: accounts[0], block: block.rows[0]?.block ?? undefined };
}

/** Counts a failed sign-in and adds it to the audit log. If the attempt is blocked, returns the block instead. */
export async function countFailedSignIn(
  db: Database,
  policies: LoginPolicies,
  attempt: Attempt,
  userId: string | undefined,
) {
  const audited = { failure: "sign_in.failed", block: "sign_in.blocked", userId: userId ?? null };
  const { rows } = await countAttempt(db, countersOf(policies, attempt), audited);
  return rows[0]?.block ?? undefined;
}

/**
 * Returns the counter of correct passwords of the account, which applies at an address that the account has had a session from.
 * Elsewhere a block is not reported before the password is verified: it would reveal that the account exists.
 */
const successesAtKnownAddress = ({ signIn }: LoginPolicies, attempt: Attempt): Counter => ({
  policy: signIn,
  of: sql`${accountOf(attempt)}::text`,
  counts: isKnownAddress(attempt),
});

const accountOf = ({ identifier }: Attempt) =>
  sql`(select id from ${users} where ${matchesIdentifier(identifier)})`;

/** Returns the condition that the account has had a session from the address within 30 days. */
const isKnownAddress = (attempt: Attempt) => sql`exists (
  select from ${sessions}
  where user_id = ${accountOf(attempt)} and address = ${attempt.address} and revoked_at is null
    and rotated_at > now() - interval '30 days')`;

/**
 * Returns the key that failures are counted by: the account, under any of its names, or else the case-folded identifier.
 */
const accountKey = (attempt: Attempt) =>
  sql`coalesce(${ACCOUNT_PREFIX} || ${accountOf(attempt)}, 'name ' || ${foldCase(attempt.identifier)})`;

/**
 * Returns the counters of failed sign-ins. They keep an attacker from locking an owner out (OWASP ASVS 5.0 6.1.1): on a device
 * that the account knows, only failures of that device count; at an address that the account has recently had a session from,
 * only failures from there; elsewhere, also failures from all unknown places together. Unknown accounts are counted in the same
 * way (6.3.8).
 */
function countersOf(policies: LoginPolicies, attempt: Attempt): Counter[] {
  const { address, device } = attempt;
  const isFromKnownDevice = device
    ? sql`coalesce(${accountOf(attempt)} = ${device.userId}, false)`
    : sql`false`;
  return [
    {
      policy: policies.login,
      of: sql`${accountKey(attempt)} || ${networkKey(address)}`,
      counts: sql`not ${isFromKnownDevice}`,
    },
    { policy: policies.loginOnDevice, of: device?.deviceId ?? "", counts: isFromKnownDevice },
    {
      policy: policies.loginToAccount,
      of: accountKey(attempt),
      counts: sql`not ${isFromKnownDevice} and not ${isKnownAddress(attempt)}`,
    },
    ...fromAddress(policies.loginFromAddress, { address }).map((bucket) => ({
      ...bucket,
      counts: sql`not ${isFromKnownDevice}`,
    })),
  ];
}

/**
 * Returns the condition that selects the live account with a username or an email. A username matches in any case and in full
 * width. Older accounts may have usernames that differ only in this: an exact match wins, then the older account.
 */
function matchesIdentifier(identifier: string) {
  if (identifier.includes("@"))
    return and(sql`lower(${users.email}) = lower(${identifier})`, not(users.isDeleted));
  const names = [...new Set([identifier, normalizeUsername(identifier)])].map(
    (name) => sql`${foldCase(sql`username`)} = ${foldCase(name)}`,
  );
  return sql`${users.id} = (
    select id from ${users} where (${sql.join(names, sql` or `)}) and not is_deleted
     order by username = ${identifier} desc, ${names[0]} desc, created_at, id limit 1)`;
}

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

/**
 * Opens a session if the account is still active, the verified password is still its password, and the attempt has not been
 * blocked in the meantime. The lock waits for concurrent transactions that end access. Then resets the count of failures at this
 * place and stores the new hash. Counts across accounts stay: otherwise an attacker who guesses at other accounts could reset
 * them by signing in to their own. Returns the user, or undefined if no session was opened.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function openSession(db: Database, signIn: SignIn, session: NewSession) {
  const { opened, user } = await batch(db, {
    locked: lock(db, signIn.userId),
    attempts: settleAttempts(db, signIn),
    opened: insertSession(db, session, isActiveWithPassword(signIn)),
    user: db.select(listItem).from(users).where(eq(users.id, signIn.userId)),
    renewed: renewHash(db, signIn),
  });
  return opened.rowCount === 1 ? user[0] : undefined;
}

/**
 * Stores a challenge for a second factor under the conditions of `openSession`, and returns whether it was stored.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function openChallenge(db: Database, signIn: SignIn, challenge: NewChallenge): Promise<boolean> {
  const { challenged } = await batch(db, {
    locked: lock(db, signIn.userId),
    attempts: settleAttempts(db, signIn),
    challenged: insertChallenge(db, challenge, isActiveWithPassword(signIn)),
    renewed: renewHash(db, signIn),
  });
  return challenged.rowCount === 1;
}

/**
 * Returns three statements: they require that the attempt is not blocked in the meantime, reset the count of failures at this
 * place, and count the success.
 */
function settleAttempts(db: Database, { policies, attempt, userId }: SignIn) {
  const counters = countersOf(policies, attempt);
  const ownCounters = counters.filter(
    ({ policy }) => policy === policies.login || policy === policies.loginOnDevice,
  );
  return [
    requireOpen(db, counters),
    resetCounts(db, ownCounters),
    requireAttempt(db, [{ policy: policies.signIn, of: userId }]),
  ] as const;
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
  const { replaced, found, grants } = await batch(db, {
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
    found: selectUser(db, userId),
    grants: selectGrants(db, userId),
  });
  return replaced.length === 1 ? withRoles(found, grants) : undefined;
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
