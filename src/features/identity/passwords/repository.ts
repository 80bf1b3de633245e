import { eq, sql } from "drizzle-orm";
import { endAccess, selectAccess } from "../../../database/access.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import {
  isUsable,
  keepToken,
  lockUser,
  type MailedToken,
  requireToken,
  voidTokens,
} from "../../../database/one-time-tokens.ts";
import { touched } from "../../../database/tables/columns.ts";
import { oneTimeTokens } from "../../../database/tables/one-time-tokens.ts";
import { users } from "../../../database/tables/users.ts";
import { type Bucket, type Policy, toRecipient } from "../throttling/policies.ts";
import { forget, requireAttempt, requireOpen } from "../throttling/statements.ts";

/**
 * Keeps a token for the active account with `email`, in place of any before. Whether there is one.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED where `perRecipient` allows it no more mails for now: then those before stay good
 */
export async function keepReset(
  db: Database,
  email: string,
  token: MailedToken,
  perRecipient: Policy,
): Promise<boolean> {
  const whose = sql`lower(${users.email}) = lower(${email}) and ${users.isActive} and not ${users.isDeleted}`;
  const { kept } = await batch(db, {
    precondition: requireOpen(db, [toRecipient(perRecipient, email)]),
    locked: lockUser(db, whose),
    voided: voidTokens(db, "reset_password", whose),
    kept: keepToken(db, token, whose),
    audited: db.execute(
      sql`select audit('user.password_reset_requested', 'user', ${users.id}, '{}') from ${users} where ${whose}`,
    ),
  });
  return kept.rowCount === 1;
}

/**
 * Whose password a good token would reset. Counts that it was asked for by `policy`, and counts nothing for a token that is not good.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function findReset(db: Database, hash: string, policy: Policy) {
  const good = sql`
    from ${oneTimeTokens} t, ${users} u
    where ${isUsable({ purpose: "reset_password", hash })} and u.is_active`;
  const { account } = await batch(db, {
    precondition: requireAttempt(db, [{ policy, of: hash, counts: sql`exists (select ${good})` }]),
    account: db.execute<{ user_id: string; email: string; username: string }>(
      sql`select u.id as user_id, u.email, u.username ${good}`,
    ),
  });
  return account.rows[0];
}

export interface Reset {
  userId: string;
  /** Of the token. */
  hash: string;
  passwordHash: string;
  /** Counts that start again with it. */
  forgotten: readonly Bucket[];
}

/**
 * Uses a token up, ends what else opened the account, and sets the password, which also proves that mail reaches the user.
 * An account whose email was never proven may be of a stranger to the mailbox: so every credential of it ends. Returns
 * what ended, and what still opens the account.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN
 */
export async function resetPassword(db: Database, { userId, hash, passwordHash, forgotten }: Reset) {
  const event = sql`case when ${users.emailVerifiedAt} is null then 'account_claimed' else 'password_reset' end`;
  const isUser = eq(users.id, userId);
  const { ended, left } = await batch(db, {
    locked: lockUser(db, isUser),
    precondition: requireToken(
      db,
      { purpose: "reset_password", hash },
      sql`u.is_active and u.id = ${userId}`,
    ),
    ended: endAccess(db, event, isUser),
    changed: db
      .update(users)
      .set({
        passwordHash,
        emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, now())`,
        ...touched(users),
      })
      .where(isUser),
    left: selectAccess(db, userId),
    forgotten: forget(db, forgotten),
  });
  return { ended: ended.rows[0]?.ended, access: left.rows[0]?.access };
}
