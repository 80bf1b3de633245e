import { and, eq, not, sql } from "drizzle-orm";
import { batch } from "../../../../database/batch.ts";
import { requireUnanswered, wasAnswered } from "../../../../database/challenges.ts";
import type { Database } from "../../../../database/client.ts";
import { passkeys } from "../../../../database/tables/factors.ts";
import { users } from "../../../../database/tables/users.ts";
import { type Proof, requireProof } from "../../factors/statements.ts";
import { insertSession, type NewSession } from "../../sessions/statements.ts";
import type { Bucket } from "../../throttling/policies.ts";
import { requireAttempt, requireOpen, resetCounts } from "../../throttling/statements.ts";
import { listItem, lock } from "../../users/statements.ts";

/**
 * Returns the passkey with `credentialId`, whether its user is active, and whether the challenge with `hash` was answered
 * before. Also returns whether the passkey is unknown: no account has it, not even a deleted one, which may be restored.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function findPasskey(
  db: Database,
  { credentialId, hash }: { credentialId: string; hash: string },
  buckets: readonly Bucket[],
) {
  const hasCredentialId = eq(passkeys.credentialId, credentialId);
  const { found, known } = await batch(db, {
    precondition: requireOpen(db, buckets),
    found: db
      .select({
        id: passkeys.id,
        userId: passkeys.userId,
        credentialId: passkeys.credentialId,
        publicKey: passkeys.publicKey,
        signCount: passkeys.signCount,
        isActive: users.isActive,
        isAnswered: wasAnswered(hash),
      })
      .from(passkeys)
      .innerJoin(users, and(eq(users.id, passkeys.userId), not(users.isDeleted)))
      .where(hasCredentialId),
    known: db.select({ id: passkeys.id }).from(passkeys).where(hasCredentialId),
  });
  return { passkey: found[0], isUnknown: known.length === 0 };
}

/**
 * Consumes the challenge with `hash`, records the use of the passkey, and opens a session if the account is still active. Counts
 * the sign-in in `successes`, and resets the counts in `forgotten`. Returns the user, or undefined if no session was opened.
 *
 * @throws AppError INVALID_TOKEN for a challenge that was answered before, INVALID_PASSKEY for a passkey that was used or
 * removed in the meantime, RATE_LIMIT_EXCEEDED
 */
export async function openSession(
  db: Database,
  { userId, hash, proof }: { userId: string; hash: string; proof: Proof },
  { forgotten, successes }: { forgotten: readonly Bucket[]; successes: readonly Bucket[] },
  session: NewSession,
) {
  const { opened, user } = await batch(db, {
    locked: lock(db, userId),
    preconditions: [
      requireAttempt(db, successes),
      requireUnanswered(db, hash, "sessionEnded"),
      requireProof(db, userId, proof),
    ],
    forgotten: resetCounts(db, forgotten),
    opened: insertSession(db, session, sql`id = ${userId} and is_active and not is_deleted`),
    user: db.select(listItem).from(users).where(eq(users.id, userId)),
  });
  return opened.rowCount === 1 ? user[0] : undefined;
}
