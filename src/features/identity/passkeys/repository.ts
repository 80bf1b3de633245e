import { and, asc, eq, sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import { requireUnanswered } from "../../../database/challenges.ts";
import type { Database } from "../../../database/client.ts";
import { requireEffect, requireThat } from "../../../database/preconditions.ts";
import { passkeys } from "../../../database/tables/factors.ts";
import { users } from "../../../database/tables/users.ts";
import { insertFirstCodes, removeOrphanedCodes } from "../factors/statements.ts";
import { isLive, lock } from "../users/statements.ts";

/** What the API shows of a passkey. */
const publicPasskey = {
  id: passkeys.id,
  name: passkeys.name,
  credential_id: passkeys.credentialId,
  is_backed_up: passkeys.isBackedUp,
  created_at: passkeys.createdAt,
  last_used_at: passkeys.lastUsedAt,
};

const MAX_PASSKEYS = 20;

const requireRoom = (db: Database, userId: string) =>
  requireThat(
    db,
    sql`(select count(*) < ${MAX_PASSKEYS} from ${passkeys} where user_id = ${userId})`,
    "ruleViolation",
    `You already have ${MAX_PASSKEYS} passkeys. Remove one first.`,
  );

/**
 * What a browser needs to know of a user to make another passkey.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR where there is no room for one
 */
export async function selectUser(db: Database, userId: string) {
  const { user, known } = await batch(db, {
    precondition: requireRoom(db, userId),
    user: db
      .select({ username: users.username, firstName: users.firstName, lastName: users.lastName })
      .from(users)
      .where(isLive(userId)),
    known: db
      .select({ credentialId: passkeys.credentialId, transports: passkeys.transports })
      .from(passkeys)
      .where(eq(passkeys.userId, userId)),
  });
  return user[0] && { ...user[0], passkeys: known };
}

/**
 * The challenge that a new passkey answers, and whether it is ours and not too old. That is for the database to refuse: a
 * request that is repeated with its Idempotency-Key is answered as before, however late.
 */
interface Answered {
  hash: string;
  isOpen: boolean;
}

type NewPasskey = typeof passkeys.$inferInsert;

/**
 * Adds the passkey that answers a challenge. Gives the user the recovery codes with `codeHashes`,
 * unless they have some: whether it did. The user's email.
 *
 * @throws AppError INVALID_PASSKEY for a challenge that is over or was answered, RESOURCE_ALREADY_EXISTS, BUSINESS_LOGIC_ERROR
 */
export async function insertPasskey(
  db: Database,
  passkey: NewPasskey,
  { challenge, codeHashes }: { challenge: Answered; codeHashes: readonly string[] },
) {
  const { userId, credentialId } = passkey;
  const insert = db.insert(passkeys).values(passkey).onConflictDoNothing().returning({ id: passkeys.id });
  const { locked, codes, created } = await batch(db, {
    locked: lock(db, userId),
    preconditions: [
      requireThat(db, sql`${challenge.isOpen}`, "invalidPasskey", "the challenge is over"),
      requireUnanswered(db, challenge.hash, "invalidPasskey"),
      requireRoom(db, userId),
    ],
    inserted: requireEffect(db, insert, "alreadyExists", "This passkey is already set up."),
    codes: insertFirstCodes(db, userId, codeHashes),
    created: db.select(publicPasskey).from(passkeys).where(eq(passkeys.credentialId, credentialId)),
  });
  const [owner] = locked;
  const [added] = created;
  return owner && added && { created: added, hasNewCodes: codes.rowCount > 0, email: owner.email };
}

/** The passkeys of a user, oldest first. */
export const listPasskeys = (db: Database, userId: string) =>
  db
    .select(publicPasskey)
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** Which passkey of whom. */
interface Own {
  userId: string;
  id: string;
}

/** Renames a passkey of a user; undefined if they have no such passkey. */
export async function renamePasskey(db: Database, own: Own, name: string) {
  const [renamed] = await db.update(passkeys).set({ name }).where(isOwn(own)).returning(publicPasskey);
  return renamed;
}

/**
 * Removes a passkey of a user; the recovery codes too, if it was their last factor.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function removePasskey(db: Database, own: Own): Promise<void> {
  const remove = db.delete(passkeys).where(isOwn(own)).returning({ id: passkeys.id });
  await batch(db, {
    locked: lock(db, own.userId),
    removed: requireEffect(db, remove, "notFound", "Passkey not found."),
    orphans: removeOrphanedCodes(db, own.userId),
  });
}

const isOwn = ({ userId, id }: Own) => and(eq(passkeys.id, id), eq(passkeys.userId, userId));
