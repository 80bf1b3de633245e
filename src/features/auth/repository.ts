import { and, eq, gt, isNull, ne, not, sql } from "drizzle-orm";
import { type AttemptLimit, countAttempt, forgetAttempts } from "../../database/attempts.ts";
import type { Database } from "../../database/client.ts";
import { touched } from "../../database/entities/columns.ts";
import { sessions } from "../../database/entities/sessions.ts";
import { throttles } from "../../database/entities/throttles.ts";
import { users } from "../../database/entities/users.ts";
import { isLive, listItem, selectGrants, selectUser, withRoles } from "../users/repository.ts";

/** The stored hash of the live account called `identifier`, and the failures counted of late under `failureKey`. */
export async function findCredentials(db: Database, identifier: string, failureKey: string) {
  const column = identifier.includes("@") ? users.email : users.username;
  const [accounts, counts] = await db.batch([
    db
      .select({ userId: users.id, passwordHash: users.passwordHash, isActive: users.isActive })
      .from(users)
      .where(and(sql`lower(${column}) = lower(${identifier})`, not(users.isDeleted))),
    db
      .select({
        failures: throttles.attempts,
        secondsLeft: sql<number>`ceil(extract(epoch from ${throttles.windowEndsAt} - now()))::int`,
      })
      .from(throttles)
      .where(and(eq(throttles.key, failureKey), gt(throttles.windowEndsAt, sql`now()`))),
  ]);
  return { account: accounts[0], recent: counts[0] };
}

/** Counts a failed sign-in. The window opens with the first. */
export async function countFailure(db: Database, key: string, windowSeconds: number): Promise<void> {
  const over = sql`${throttles.windowEndsAt} <= now()`;
  const end = sql`now() + make_interval(secs => ${windowSeconds})`;
  await db
    .insert(throttles)
    .values({ key, attempts: 1, windowEndsAt: end })
    .onConflictDoUpdate({
      target: throttles.key,
      set: {
        attempts: sql`case when ${over} then 1 else ${throttles.attempts} + 1 end`,
        windowEndsAt: sql`case when ${over} then ${end} else ${throttles.windowEndsAt} end`,
      },
    });
}

export interface SignIn {
  userId: string;
  /** The hash that the password was verified against. */
  passwordHash: string;
  /** What replaces it, if the parameters have changed. */
  rehash: string | undefined;
  failureKey: string;
  session: {
    id: string;
    secretHash: string;
    tokenDelivery: typeof sessions.$inferSelect.tokenDelivery;
    address: string | null;
    userAgent: string | null;
    idleSeconds: number;
    totalSeconds: number;
  };
}

/**
 * Opens a session, if the account is still active and its password still the one that was verified; then forgets past
 * failures and stores the new hash. The user, or undefined if no session was opened.
 */
export async function openSession(
  db: Database,
  { userId, passwordHash, rehash, failureKey, session }: SignIn,
) {
  const total = sql`make_interval(secs => ${session.totalSeconds})`;
  const idle = sql`make_interval(secs => ${session.idleSeconds})`;
  const [{ rowCount }, found] = await db.batch([
    db.execute(sql`
      insert into ${sessions} (id, user_id, secret_hash, token_delivery, address, user_agent, idle_at, ends_at)
      select ${session.id}, id, ${session.secretHash}, ${session.tokenDelivery}, ${session.address}, ${session.userAgent},
        now() + least(${idle}, ${total}), now() + ${total}
      from ${users}
      where id = ${userId} and password_hash = ${passwordHash} and is_active and not is_deleted`),
    db.select(listItem).from(users).where(eq(users.id, userId)),
    db.delete(throttles).where(eq(throttles.key, failureKey)),
    ...(rehash === undefined
      ? []
      : [
          db
            .update(users)
            .set({ passwordHash: rehash })
            .where(and(eq(users.id, userId), eq(users.passwordHash, passwordHash))),
        ]),
  ]);
  return rowCount === 1 ? found[0] : undefined;
}

/** What verifying and judging a password needs to know of the live user with `id`. */
export async function selectPasswordHash(db: Database, id: string) {
  const [found] = await db
    .select({ passwordHash: users.passwordHash, email: users.email, username: users.username })
    .from(users)
    .where(isLive(id));
  return found;
}

/**
 * Replaces the hash, if it is still `previousHash`, and ends the user's sessions but `keptSessionId`: together or not at
 * all. Undefined if it was no longer.
 */
export async function replacePassword(
  db: Database,
  change: { userId: string; previousHash: string; passwordHash: string; keptSessionId: string },
) {
  const { userId, previousHash, passwordHash, keptSessionId } = change;
  const [replaced, , found, grants] = await db.batch([
    db
      .update(users)
      .set({ passwordHash, ...touched(users) })
      .where(and(isLive(userId), eq(users.passwordHash, previousHash)))
      .returning({ id: users.id }),
    db
      .update(sessions)
      .set({ revokedAt: sql`now()`, revokedFor: "password_change" })
      .where(
        and(
          eq(sessions.userId, userId),
          ne(sessions.id, keptSessionId),
          isNull(sessions.revokedAt),
          sql`exists (select from ${users} where ${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash})`,
        ),
      ),
    selectUser(db, userId),
    selectGrants(db, userId),
  ]);
  return replaced.length === 1 ? withRoles(found, grants) : undefined;
}

/** What proving who they are takes of the live user with `id`; the attempt is counted before it is judged. */
export async function beginProof(db: Database, id: string, limit: AttemptLimit) {
  const [[account], [attempts = { count: 1, secondsLeft: 0 }]] = await db.batch([
    db.select({ passwordHash: users.passwordHash }).from(users).where(isLive(id)),
    countAttempt(db, limit),
  ]);
  return { account, attempts };
}

/** Notes in a session that its user has just proved who they are, if their password is still the one verified. */
export async function acceptProof(
  db: Database,
  proof: { sessionId: string; userId: string; passwordHash: string; attemptKey: string },
): Promise<boolean> {
  const { sessionId, userId, passwordHash, attemptKey } = proof;
  const isCurrent = sql`exists (select from ${users} where ${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash})`;
  const [noted] = await db.batch([
    db
      .update(sessions)
      .set({ authenticatedAt: sql`now()` })
      .where(and(eq(sessions.id, sessionId), isCurrent))
      .returning({ id: sessions.id }),
    forgetAttempts(db, attemptKey),
  ]);
  return noted.length === 1;
}
