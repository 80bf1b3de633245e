import { and, asc, eq, sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import { requireUnanswered } from "../../../database/challenges.ts";
import type { Database } from "../../../database/client.ts";
import { requireEffect, requireThat } from "../../../database/preconditions.ts";
import { passkeys } from "../../../database/tables/factors.ts";
import { users } from "../../../database/tables/users.ts";
import { insertFirstCodes, removeOrphanedCodes } from "../factors/statements.ts";
import { isLive, lock } from "../users/statements.ts";

/** Columns of a passkey that the API returns. */
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
 * Returns the data about a user that a browser needs to create another passkey.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR if the user has the maximum number of passkeys
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
 * The challenge that a new passkey answers. The database, not the service, rejects a challenge that is not open, so that
 * a request that is repeated with its Idempotency-Key gets the same response, however late.
 */
interface AnsweredChallenge {
  hash: string;
  /** True if this service issued the challenge and it has not expired. */
  isOpen: boolean;
}

type NewPasskey = typeof passkeys.$inferInsert;

/**
 * Adds the passkey that answers a challenge, and the recovery codes with `codeHashes` unless the user has some. Returns the
 * passkey, whether the codes were added, and the user's email.
 *
 * @throws AppError INVALID_PASSKEY for a challenge that has expired or was answered, RESOURCE_ALREADY_EXISTS,
 * BUSINESS_LOGIC_ERROR
 */
export async function insertPasskey(
  db: Database,
  passkey: NewPasskey,
  { challenge, codeHashes }: { challenge: AnsweredChallenge; codeHashes: readonly string[] },
) {
  const { userId, credentialId } = passkey;
  const insert = db.insert(passkeys).values(passkey).onConflictDoNothing().returning({ id: passkeys.id });
  const { locked, codes, created } = await batch(db, {
    locked: lock(db, userId),
    preconditions: [
      requireThat(db, sql`${challenge.isOpen}`, "invalidPasskey", "the challenge has ended"),
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

/** Lists the passkeys of a user, oldest first. */
export const listPasskeys = (db: Database, userId: string) =>
  db
    .select(publicPasskey)
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** Ids of a passkey and its user. */
interface OwnPasskey {
  userId: string;
  id: string;
}

/** Renames a passkey of a user. Returns undefined if the user does not have it. */
export async function renamePasskey(db: Database, own: OwnPasskey, name: string) {
  const [renamed] = await db.update(passkeys).set({ name }).where(isOwn(own)).returning(publicPasskey);
  return renamed;
}

/**
 * Removes a passkey of a user, and the recovery codes if it was the last factor.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function removePasskey(db: Database, own: OwnPasskey): Promise<void> {
  const remove = db.delete(passkeys).where(isOwn(own)).returning({ id: passkeys.id });
  await batch(db, {
    locked: lock(db, own.userId),
    removed: requireEffect(db, remove, "notFound", "Passkey not found."),
    orphans: removeOrphanedCodes(db, own.userId),
  });
}

const isOwn = ({ userId, id }: OwnPasskey) => and(eq(passkeys.id, id), eq(passkeys.userId, userId));
