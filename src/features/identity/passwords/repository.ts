import { eq, sql } from "drizzle-orm";
import { endAccess, selectAccess } from "../../../database/access.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import {
  isUsable,
  lockUser,
  type MailedToken,
  requireToken,
  storeToken,
  voidTokens,
} from "../../../database/one-time-tokens.ts";
import { touched } from "../../../database/tables/columns.ts";
import { oneTimeTokens } from "../../../database/tables/one-time-tokens.ts";
import { users } from "../../../database/tables/users.ts";
import { type Bucket, type Policy, toRecipient } from "../throttling/policies.ts";
import { requireAttempt, requireOpen, resetCounts } from "../throttling/statements.ts";

/**
 * Stores a token for the active account with `email`, in place of any earlier token. Returns whether there is such an account.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if `perRecipient` allows no more mails for now; earlier tokens then stay valid
 */
export async function keepReset(
  db: Database,
  email: string,
  token: MailedToken,
  perRecipient: Policy,
): Promise<boolean> {
  const isRecipient = sql`lower(${users.email}) = lower(${email}) and ${users.isActive} and not ${users.isDeleted}`;
  const { kept } = await batch(db, {
    precondition: requireOpen(db, [toRecipient(perRecipient, email)]),
    locked: lockUser(db, isRecipient),
    voided: voidTokens(db, "reset_password", isRecipient),
    kept: storeToken(db, token, isRecipient),
    audited: db.execute(
      sql`select audit('user.password_reset_requested', 'user', ${users.id}, '{}') from ${users} where ${isRecipient}`,
    ),
  });
  return kept.rowCount === 1;
}

/**
 * Returns the account whose password a valid token resets. Counts the attempt by `policy`, unless the token is not valid.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function findReset(db: Database, hash: string, policy: Policy) {
  const fromValidToken = sql`
    from ${oneTimeTokens} t, ${users} u
    where ${isUsable({ purpose: "reset_password", hash })} and u.is_active`;
  const { account } = await batch(db, {
    precondition: requireAttempt(db, [{ policy, of: hash, counts: sql`exists (select ${fromValidToken})` }]),
    account: db.execute<{ user_id: string; email: string; username: string }>(
      sql`select u.id as user_id, u.email, u.username ${fromValidToken}`,
    ),
  });
  return account.rows[0];
}

/** A password reset. */
export interface Reset {
  userId: string;
  /** Hash of the token. */
  hash: string;
  passwordHash: string;
  /** Counts of failures to reset. */
  forgotten: readonly Bucket[];
}

/**
 * Consumes a token, ends other access to the account, and sets the password, which also verifies the email. If the email was
 * never verified before, another person may have created the account, so all its credentials end. Returns the number of
 * credentials that ended, and the access that is left.
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
    forgotten: resetCounts(db, forgotten),
  });
  return { ended: ended.rows[0]?.ended, access: left.rows[0]?.access };
}
