import { and, eq, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { PasskeyUse, StoredPasskey } from "../../../core/security/passkey.ts";
import type { Database } from "../../../database/client.ts";
import { requireEffect } from "../../../database/preconditions.ts";
import { passkeys, recoveryCodes, totpFactors } from "../../../database/tables/factors.ts";

/** Second factors of a user. */
export interface Factors {
  sealedSecret: string | null;
  /** Hashes of the unused recovery codes. */
  recoveryCodes: string[];
  passkeys: EnrolledPasskey[];
}

/** Columns of a user's factors, for a query over `users`. */
export const factorColumns = {
  sealedSecret: sql<string | null>`(
    select sealed_secret from ${totpFactors} where user_id = users.id and confirmed_at is not null)`,
  /** Hashes of the unused recovery codes. */
  recoveryCodes: sql<string[]>`array(
    select code_hash from ${recoveryCodes} where user_id = users.id and used_at is null)`,
  passkeys: sql<EnrolledPasskey[]>`(
    select coalesce(jsonb_agg(jsonb_build_object('id', id, 'userId', user_id, 'credentialId', credential_id,
      'publicKey', public_key, 'signCount', sign_count, 'transports', transports) order by created_at), '[]')
    from ${passkeys} where user_id = users.id)`,
};

/** A passkey, as a challenge and its verification need it. */
export interface EnrolledPasskey extends StoredPasskey {
  transports: string[];
}

/** A verified proof. The database decides whether it was used before. */
export type Proof =
  | { kind: "totp"; step: number }
  | { kind: "recovery_code"; hash: string }
  | ({ kind: "passkey"; id: string } & PasskeyUse);

/**
 * Consumes `proof`, and fails its batch if it was used before: INVALID_CODE (OWASP ASVS 5.0 6.5.1) or INVALID_PASSKEY.
 */
export const requireProof = (db: Database, userId: string, proof: Proof) =>
  requireEffect(
    db,
    consumeProof(db, userId, proof),
    proof.kind === "passkey" ? "invalidPasskey" : "invalidCode",
    "the proof was used before",
  );

function consumeProof(db: Database, userId: string, proof: Proof) {
  if (proof.kind === "totp") {
    return db
      .update(totpFactors)
      .set({ lastStep: proof.step })
      .where(
        and(
          eq(totpFactors.userId, userId),
          isNotNull(totpFactors.confirmedAt),
          lt(totpFactors.lastStep, proof.step),
        ),
      )
      .returning({ userId: totpFactors.userId });
  }
  if (proof.kind === "passkey") {
    const { id, signCount, isBackedUp } = proof;
    // Authenticators with a signature counter must increase it; the others send 0 (WebAuthn level 3, 6.1.1).
    const hasRisen = sql`(${passkeys.signCount} < ${signCount} or ${passkeys.signCount} = 0 and ${signCount} = 0)`;
    return db
      .update(passkeys)
      .set({ signCount, isBackedUp, lastUsedAt: sql`now()` })
      .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId), hasRisen))
      .returning({ userId: passkeys.userId });
  }
  return db
    .update(recoveryCodes)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(recoveryCodes.userId, userId),
        eq(recoveryCodes.codeHash, proof.hash),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ userId: recoveryCodes.userId });
}

/** Returns the condition that the user has a second factor. */
export const hasFactor = (userId: string): SQL<boolean> => sql<boolean>`(
  exists (select from ${totpFactors} where user_id = ${userId} and confirmed_at is not null)
  or exists (select from ${passkeys} where user_id = ${userId}))`;

/** Returns the statement that removes a user's recovery codes if the user has no other factor. */
export const removeOrphanedCodes = (db: Database, userId: string) =>
  db.execute(sql`delete from ${recoveryCodes} where user_id = ${userId} and not ${hasFactor(userId)}`);

/** Returns the statement that adds recovery codes, unless the user has unused recovery codes. */
export const insertFirstCodes = (db: Database, userId: string, codeHashes: readonly string[]) =>
  db.execute(sql`
    insert into ${recoveryCodes} (user_id, code_hash)
    select ${userId}, jsonb_array_elements_text(${JSON.stringify(codeHashes)}::jsonb)
    where not exists (select from ${recoveryCodes} where user_id = ${userId} and used_at is null)`);
