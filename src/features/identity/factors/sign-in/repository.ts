import { and, eq, gt, isNull, not, sql } from "drizzle-orm";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { requireEffect } from "../../../../database/preconditions.ts";
import { oneTimeTokens } from "../../../../database/tables/one-time-tokens.ts";
import { users } from "../../../../database/tables/users.ts";
import { insertSession, type NewSession } from "../../sessions/statements.ts";
import type { Bucket } from "../../throttling/policies.ts";
import { requireAttempt, requireOpen, resetCounts } from "../../throttling/statements.ts";
import { isActiveWithPassword, listItem, lock } from "../../users/statements.ts";
import { factorColumns, type Proof, requireProof } from "../statements.ts";

/** Returns the payload of the challenge with `hash` and its account's factors; undefined if it has expired or was used. */
export async function findChallenged(db: Database, hash: string) {
  const [found] = await db
    .select({
      userId: users.id,
      passwordHash: users.passwordHash,
      isActive: users.isActive,
      payload: oneTimeTokens.payload,
      ...factorColumns,
    })
    .from(oneTimeTokens)
    .innerJoin(users, and(eq(users.id, oneTimeTokens.userId), not(users.isDeleted)))
    .where(isOpen(hash));
  return found;
}

/** A challenge and the proof that answers it. */
export interface AnsweredChallenge {
  userId: string;
  passwordHash: string;
  hash: string;
  proof: Proof;
  buckets: readonly Bucket[];
  /** Counts of failures to reset, since the proof shows that the account's owner signs in. */
  forgotten: readonly Bucket[];
  /** Buckets that count the success. */
  successes: readonly Bucket[];
}

/**
 * Consumes a challenge and its proof, and opens a session if the account is still active and still has the password that
 * the challenge was created for. Returns the user, or undefined if no session was opened.
 *
 * @throws AppError INVALID_TOKEN or INVALID_CODE if the challenge or the proof was used in the meantime, RATE_LIMIT_EXCEEDED
 */
export async function openSession(
  db: Database,
  { userId, passwordHash, hash, proof, buckets, forgotten, successes }: AnsweredChallenge,
  session: NewSession,
) {
  const use = db
    .update(oneTimeTokens)
    .set({ usedAt: sql`now()` })
    .where(isOpen(hash))
    .returning({ id: oneTimeTokens.id });
  const { opened, user } = await batch(db, {
    locked: lock(db, userId),
    throttling: [
      requireOpen(db, buckets),
      resetCounts(db, [...buckets, ...forgotten]),
      requireAttempt(db, successes),
    ],
    preconditions: [
      requireEffect(db, use, "sessionEnded", "the challenge has ended"),
      requireProof(db, userId, proof),
    ],
    opened: insertSession(db, session, isActiveWithPassword({ userId, passwordHash })),
    user: db.select(listItem).from(users).where(eq(users.id, userId)),
  });
  return opened.rowCount === 1 ? user[0] : undefined;
}

const isOpen = (hash: string) =>
  and(
    eq(oneTimeTokens.hash, hash),
    eq(oneTimeTokens.purpose, "second_factor"),
    isNull(oneTimeTokens.usedAt),
    gt(oneTimeTokens.expiresAt, sql`now()`),
  );
