import { and, eq, gt, isNull, not, sql } from "drizzle-orm";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { requireEffect } from "../../../../database/preconditions.ts";
import { oneTimeTokens } from "../../../../database/tables/one-time-tokens.ts";
import { users } from "../../../../database/tables/users.ts";
import { insertSession, type NewSession } from "../../sessions/statements.ts";
import type { Bucket } from "../../throttling/policies.ts";
import { forget, requireAttempt, requireOpen } from "../../throttling/statements.ts";
import { isStill, listItem, lock } from "../../users/statements.ts";
import { factorColumns, type Proof, requireProof } from "../statements.ts";

/** What the challenge with `hash` remembers, and what its account has to meet it by; undefined if it is over. */
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

/** A challenge, and what met it. */
export interface Met {
  userId: string;
  passwordHash: string;
  hash: string;
  proof: Proof;
  buckets: readonly Bucket[];
  /** What it shows to be its owner's failures, or another's guesses. */
  forgotten: readonly Bucket[];
  /** What counts the success. */
  successes: readonly Bucket[];
}

/**
 * Uses up a challenge and the proof that met it, and opens a session, if the account is still active and its password
 * still the one that the challenge was made for. The user, or undefined if no session was opened.
 *
 * @throws AppError INVALID_TOKEN or INVALID_CODE for what was used up meanwhile, RATE_LIMIT_EXCEEDED
 */
export async function openSession(
  db: Database,
  { userId, passwordHash, hash, proof, buckets, forgotten, successes }: Met,
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
      forget(db, [...buckets, ...forgotten]),
      requireAttempt(db, successes),
    ],
    preconditions: [
      requireEffect(db, use, "sessionEnded", "the challenge is over"),
      requireProof(db, userId, proof),
    ],
    opened: insertSession(db, session, isStill({ userId, passwordHash })),
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
