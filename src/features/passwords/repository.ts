import { and, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { oneTimeTokens } from "../../database/entities/one-time-tokens.ts";
import { personalTokens } from "../../database/entities/personal-tokens.ts";
import { users } from "../../database/entities/users.ts";
import {
  isGood,
  keepToken,
  type MailedToken,
  takeTurns,
  usingUp,
  voidTokens,
} from "../../database/one-time-tokens.ts";
import { endSessions } from "../../database/session-ends.ts";

/** Keeps a token for the active account with `email`, in place of any before. Whether there is one. */
export async function keepReset(db: Database, email: string, token: MailedToken): Promise<boolean> {
  const whose = sql`lower(${users.email}) = lower(${email}) and ${users.isActive} and not ${users.isDeleted}`;
  const [, , { rowCount }] = await db.batch([
    takeTurns(db, whose),
    voidTokens(db, "reset_password", whose),
    keepToken(db, token, whose),
    db.execute(
      sql`select audit('user.password_reset_requested', 'user', ${users.id}, '{}') from ${users} where ${whose}`,
    ),
  ]);
  return rowCount === 1;
}

/** Whose password a good token would reset. */
export async function findReset(db: Database, hash: string) {
  const { rows } = await db.execute<{ user_id: string; email: string; username: string }>(sql`
    select u.id as user_id, u.email, u.username from ${oneTimeTokens} t, ${users} u
    where ${isGood({ purpose: "reset_password", hash })} and u.is_active`);
  return rows[0];
}

export interface Reset {
  userId: string;
  /** Of the token. */
  hash: string;
  passwordHash: string;
}

/**
 * Uses a token up and sets the password, which also shows that mail reaches the user; then ends all that was opened with
 * the old one, and voids other tokens of the kind. All or nothing; whether the token was good.
 */
export async function resetPassword(db: Database, { userId, hash, passwordHash }: Reset): Promise<boolean> {
  // A hash has a random salt: who has it is the one whose password has just been set.
  const isSet = sql`exists (select from ${users} where ${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash})`;
  const [, { rowCount }] = await db.batch([
    takeTurns(db, eq(users.id, userId)),
    db.execute(sql`
      with ${usingUp({ purpose: "reset_password", hash }, sql`u.is_active and u.id = ${userId}`)}
      update ${users} u
      set password_hash = ${passwordHash}, email_verified_at = coalesce(u.email_verified_at, now()),
        updated_at = now(), version = u.version + 1
      from used where u.id = used.user_id and u.email = used.email and u.is_active and not u.is_deleted`),
    endSessions(db, "password_reset", userId, isSet),
    db
      .update(personalTokens)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(personalTokens.userId, userId), isNull(personalTokens.revokedAt), isSet)),
    voidTokens(
      db,
      "reset_password",
      sql`${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash}`,
    ),
  ]);
  return rowCount === 1;
}
