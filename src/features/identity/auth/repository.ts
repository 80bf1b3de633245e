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
import { ACCOUNT, type Bucket, fromAddress, placeOf, type policiesOf } from "../throttling/policies.ts";
import {
  type Counter,
  countAttempt,
  forget,
  requireAttempt,
  requireOpen,
  selectBlock,
} from "../throttling/statements.ts";
import { isLive, isStill, listItem, lock, selectGrants, selectUser, withRoles } from "../users/statements.ts";

/** An attempt to sign in. */
export interface Attempt {
  /** A username or email. */
  identifier: string;
  address: string;
  /** What the device cookie says, if there is a genuine one. */
  device: Device | undefined;
}

type LoginPolicies = Pick<
  ReturnType<typeof policiesOf>,
  "login" | "loginOnDevice" | "loginToAccount" | "loginFromAddress" | "signIn"
>;

/** The stored hash and the factors of the live account that is asked for, and what blocks the attempt, if anything does. */
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
    block: selectBlock(db, [...countersOf(policies, attempt), successesAtHome(policies, attempt)]),
  });
  return { account: accounts[0], block: block.rows[0]?.block ?? undefined };
}

/** Counts a failed sign-in and notes it in the audit log, unless it is blocked: then what blocks it. */
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
 * Right passwords of the account, where the client is at an address that it has had a session from. Elsewhere a block is not
 * told before the password is verified: it would tell that there is such an account.
 */
const successesAtHome = ({ signIn }: LoginPolicies, attempt: Attempt): Counter => ({
  policy: signIn,
  of: sql`${accountOf(attempt)}::text`,
  counts: isKnownDevice(attempt),
});

const accountOf = ({ identifier }: Attempt) =>
  sql`(select id from ${users} where ${matchesIdentifier(identifier)})`;

/** Whether the account has had a session from the address within 30 days. */
const isKnownDevice = (attempt: Attempt) => sql`exists (
  select from ${sessions}
  where user_id = ${accountOf(attempt)} and address = ${attempt.address} and revoked_at is null
    and rotated_at > now() - interval '30 days')`;

/**
 * Whose failures are counted: those of an account together, whichever of its names is given, and else those of the name, in
 * any case.
 */
const whose = (attempt: Attempt) =>
  sql`coalesce(${ACCOUNT} || ${accountOf(attempt)}, 'name ' || ${foldCase(attempt.identifier)})`;

/**
 * What is counted, so that nobody locks an owner out where the account knows them (OWASP ASVS 5.0 6.1.1): on a device
 * that it knows, that device alone; at an address that it has had a session from of late, what comes from there; and
 * elsewhere also what comes from all such places. All this is said of unknown accounts, too (6.3.8).
 */
function countersOf(policies: LoginPolicies, attempt: Attempt): Counter[] {
  const { address, device } = attempt;
  const isOnDevice = device ? sql`coalesce(${accountOf(attempt)} = ${device.userId}, false)` : sql`false`;
  return [
    {
      policy: policies.login,
      of: sql`${whose(attempt)} || ${placeOf(address)}`,
      counts: sql`not ${isOnDevice}`,
    },
    { policy: policies.loginOnDevice, of: device?.deviceId ?? "", counts: isOnDevice },
    {
      policy: policies.loginToAccount,
      of: whose(attempt),
      counts: sql`not ${isOnDevice} and not ${isKnownDevice(attempt)}`,
    },
    ...fromAddress(policies.loginFromAddress, { address }).map((bucket) => ({
      ...bucket,
      counts: sql`not ${isOnDevice}`,
    })),
  ];
}

/**
 * Returns the condition of being the live account with a username or an email. A username may be written otherwise than it is
 * kept: in another case, or in full width. Of accounts whose names were told apart before they were compared so, the one that is
 * written like this goes first, and then the older one.
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

export interface SignIn {
  userId: string;
  /** The hash that the password was verified against. */
  passwordHash: string;
  /** What replaces it, if the parameters have changed. */
  rehash: string | undefined;
  policies: LoginPolicies;
  attempt: Attempt;
}

/**
 * Opens a session, if the account is still active, its password still the one that was verified, and the attempt not
 * blocked by now. The lock makes it wait for a transaction that ends access at this moment. Then forgets the failures at this place and stores the new hash. What was counted of everybody stays:
 * else who guesses at other accounts would only have to sign in to their own in between. The user, or undefined if no
 * session was opened.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function openSession(db: Database, signIn: SignIn, session: NewSession) {
  const { opened, user } = await batch(db, {
    locked: lock(db, signIn.userId),
    attempts: settleAttempts(db, signIn),
    opened: insertSession(db, session, isStill(signIn)),
    user: db.select(listItem).from(users).where(eq(users.id, signIn.userId)),
    renewed: renewHash(db, signIn),
  });
  return opened.rowCount === 1 ? user[0] : undefined;
}

/**
 * What `openSession` does, with a challenge to prove a second factor in the place of the session. Whether one was made.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function openChallenge(db: Database, signIn: SignIn, challenge: NewChallenge): Promise<boolean> {
  const { challenged } = await batch(db, {
    locked: lock(db, signIn.userId),
    attempts: settleAttempts(db, signIn),
    challenged: insertChallenge(db, challenge, isStill(signIn)),
    renewed: renewHash(db, signIn),
  });
  return challenged.rowCount === 1;
}

/**
 * Three statements: the attempt must not be blocked by now, what failed at this place is forgotten, and the success is
 * counted.
 */
function settleAttempts(db: Database, { policies, attempt, userId }: SignIn) {
  const counters = countersOf(policies, attempt);
  const own = counters.filter(({ policy }) => policy === policies.login || policy === policies.loginOnDevice);
  return [
    requireOpen(db, counters),
    forget(db, own),
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
 * What verifying and judging a password or a passkey needs to know of the live user with `id`, and whether the challenge
 * with `challengeHash` was answered before; unless one of `open` is blocked.
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
        isOver: wasAnswered(challengeHash),
        ...factorColumns,
      })
      .from(users)
      .where(isLive(id)),
  });
  return account[0];
}

/**
 * Replaces the hash, if it is still `previousHash` and `buckets` are not blocked by now, and ends what `event` ends but the
 * session `keptSessionId`: together or not at all. Undefined if it was no longer.
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
    /** What counts the success. */
    successes: readonly Bucket[];
  },
) {
  const { userId, previousHash, passwordHash, keptSessionId, event, buckets, successes } = change;
  const { replaced, found, grants } = await batch(db, {
    throttling: [requireOpen(db, buckets), forget(db, buckets), requireAttempt(db, successes)],
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
 * Notes in a session that its user has just proved who they are, if their password is still the one verified and
 * `buckets` are not blocked by now. The proof of a second factor is used up.
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
    /** What counts the success. */
    successes: readonly Bucket[];
    proof?: Proof;
    /** Of what the proof answers, where that is a challenge. */
    challengeHash?: string;
  },
): Promise<boolean> {
  const { sessionId, userId, passwordHash, proof, challengeHash, buckets, successes } = proved;
  const isCurrent = sql`exists (select from ${users} where ${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash})`;
  const { noted } = await batch(db, {
    throttling: [requireOpen(db, buckets), forget(db, buckets), requireAttempt(db, successes)],
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

/** What a browser needs to know of a user's passkeys to use one. */
export const selectPasskeys = (db: Database, userId: string) =>
  db
    .select({ credentialId: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(eq(passkeys.userId, userId));
