import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { endAccess } from "../../../database/access.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireEffect, requireThat } from "../../../database/preconditions.ts";
import { passkeys, recoveryCodes, totpFactors } from "../../../database/tables/factors.ts";
import { users } from "../../../database/tables/users.ts";
import { countLeft } from "../../../database/work.ts";
import { isLive, lock, requireAuthorityOver, requireLive, requireRank } from "../users/statements.ts";
import { factorColumns, hasFactor, insertFirstCodes, removeOrphanedCodes } from "./statements.ts";

/** Returns the factors of the live user with `id`. */
export async function selectFactors(db: Database, id: string) {
  const [found] = await db
    .select({
      confirmedAt: totpFactors.confirmedAt,
      passkeys: sql<number>`(select count(*)::int from ${passkeys} where user_id = users.id)`,
      recoveryCodesLeft: sql<number>`cardinality(${factorColumns.recoveryCodes})`,
    })
    .from(users)
    .leftJoin(totpFactors, eq(totpFactors.userId, users.id))
    .where(isLive(id));
  return found;
}

/**
 * Stores the secret of an authenticator app to be confirmed, in place of an unconfirmed one. Returns the username.
 *
 * @throws AppError RESOURCE_ALREADY_EXISTS
 */
export async function beginTotp(
  db: Database,
  userId: string,
  sealedSecret: string,
): Promise<string | undefined> {
  const begin = db
    .insert(totpFactors)
    .values({ userId, sealedSecret })
    .onConflictDoUpdate({
      target: totpFactors.userId,
      set: { sealedSecret, createdAt: sql`now()` },
      setWhere: isNull(totpFactors.confirmedAt),
    })
    .returning({ userId: totpFactors.userId });
  const { user } = await batch(db, {
    begun: requireEffect(
      db,
      begin,
      "alreadyExists",
      "An authenticator app is already set up. Remove it first.",
    ),
    user: db.select({ username: users.username }).from(users).where(isLive(userId)),
  });
  return user[0]?.username;
}

/** Returns the secret of an unconfirmed authenticator app. */
export async function selectUnconfirmed(db: Database, userId: string): Promise<string | undefined> {
  const [found] = await db
    .select({ sealedSecret: totpFactors.sealedSecret })
    .from(totpFactors)
    .where(and(eq(totpFactors.userId, userId), isNull(totpFactors.confirmedAt)));
  return found?.sealedSecret;
}

/**
 * Confirms the authenticator app with `sealedSecret`, and consumes the code of `step`. Stores the recovery codes with
 * `codeHashes` unless the user has some, and returns whether it stored them.
 *
 * @throws AppError INVALID_CODE if the app's secret was replaced in the meantime
 */
export async function confirmTotp(
  db: Database,
  enrolment: { userId: string; sealedSecret: string; step: number; codeHashes: readonly string[] },
): Promise<boolean> {
  const { userId, sealedSecret, step, codeHashes } = enrolment;
  const confirm = db
    .update(totpFactors)
    .set({ confirmedAt: sql`now()`, lastStep: step })
    .where(
      and(
        eq(totpFactors.userId, userId),
        eq(totpFactors.sealedSecret, sealedSecret),
        isNull(totpFactors.confirmedAt),
      ),
    )
    .returning({ userId: totpFactors.userId });
  const { codes } = await batch(db, {
    locked: lock(db, userId),
    confirmed: requireEffect(db, confirm, "invalidCode", "the secret was replaced in the meantime"),
    codes: insertFirstCodes(db, userId, codeHashes),
  });
  return codes.rowCount > 0;
}

/**
 * Replaces the recovery codes of a user who has a factor.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR without a factor
 */
export async function renewRecoveryCodes(
  db: Database,
  userId: string,
  codeHashes: readonly string[],
): Promise<void> {
  await batch(db, {
    locked: lock(db, userId),
    precondition: requireThat(db, hasFactor(userId), "ruleViolation", "Set up a second factor first."),
    removed: db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
    inserted: insertFirstCodes(db, userId, codeHashes),
    audited: db.execute(sql`select audit('recovery_codes.renewed', 'user', ${userId}, '{}')`),
  });
}

/**
 * Removes a user's authenticator app, confirmed or not, and the recovery codes if it was the last factor.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function removeTotp(db: Database, userId: string): Promise<void> {
  const remove = db
    .delete(totpFactors)
    .where(eq(totpFactors.userId, userId))
    .returning({ userId: totpFactors.userId });
  await batch(db, {
    locked: lock(db, userId),
    removed: requireEffect(db, remove, "notFound", "Authenticator app not found."),
    orphans: removeOrphanedCodes(db, userId),
  });
}

/**
 * Removes all factors of a user, and ends their sessions and unfinished sign-ins. Returns the number of removed factors and
 * codes, and the user's email.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED
 */
export async function resetFactors(
  db: Database,
  { actorId, id }: { actorId: string; id: string },
): Promise<{ removed: number; email: string | undefined }> {
  const { locked, ended } = await batch(db, {
    locked: lock(db, id),
    preconditions: [requireLive(db, id), requireRank(db, actorId, id), requireAuthorityOver(db, actorId, id)],
    ended: endAccess(db, "factors_reset", eq(users.id, id)),
  });
  const { passkeys: keys = 0, authenticators = 0, recovery_codes = 0 } = ended.rows[0]?.ended ?? {};
  return { removed: keys + authenticators + recovery_codes, email: locked[0]?.email };
}

/** Selects up to `limit` secrets that are not sealed with the key named in `prefix`, of users after `after`. */
export const selectSealedOtherwise = (db: Database, prefix: string, after: string, limit: number) =>
  db
    .select({ userId: totpFactors.userId, sealedSecret: totpFactors.sealedSecret })
    .from(totpFactors)
    .where(and(gt(totpFactors.userId, after), sql`not starts_with(${totpFactors.sealedSecret}, ${prefix})`))
    .orderBy(totpFactors.userId)
    .limit(limit);

/** Counts the secrets that are left to be resealed; each has been due since it was created. */
export const countSealedOtherwise = (db: Database, prefix: string) =>
  countLeft(db, {
    table: totpFactors,
    at: sql`created_at`,
    before: sql`now()`,
    among: sql`not starts_with(sealed_secret, ${prefix})`,
  });

/** A user's sealed secret, with its old and its new sealing. */
export interface Resealed {
  userId: string;
  sealedSecret: string;
  resealed: string;
}

/** Replaces each sealed secret that has not changed since, and returns the number of replaced ones. */
export async function replaceSealed(db: Database, changes: readonly Resealed[]): Promise<number> {
  const { rowCount } = await db.execute(sql`
    update ${totpFactors} t set sealed_secret = change->>'resealed'
    from jsonb_array_elements(${JSON.stringify(changes)}::jsonb) as change
    where t.user_id = (change->>'userId')::uuid and t.sealed_secret = change->>'sealedSecret'`);
  return rowCount;
}
