import { sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { users } from "../../database/entities/users.ts";
import { keepToken, type MailedToken, usingUp } from "../../database/one-time-tokens.ts";
import type { Bucket } from "../throttling/policies.ts";
import { demandAttempt } from "../throttling/repository.ts";

/** The email of the user with `id`, and when it was verified. */
export async function selectEmail(db: Database, id: string) {
  const [found] = await db
    .select({ email: users.email, verified_at: users.emailVerifiedAt })
    .from(users)
    .where(sql`${users.id} = ${id} and not ${users.isDeleted}`);
  return found;
}

/**
 * Counts a request in `buckets`, and keeps a token for the email of the user with `id` unless it is verified already. The
 * email, if a token is kept.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function keepVerification(
  db: Database,
  id: string,
  token: MailedToken,
  buckets: readonly Bucket[],
): Promise<string | undefined> {
  const [, { rows }] = await db.batch([
    demandAttempt(db, buckets),
    keepToken(db, token, sql`${users.id} = ${id} and ${users.emailVerifiedAt} is null`),
  ]);
  return rows[0]?.email;
}

/** Uses a token up and notes that its email is verified: both or nothing. Whether it was good. */
export async function verifyEmail(db: Database, hash: string): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with ${usingUp({ purpose: "verify_email", hash })}
    update ${users} u set email_verified_at = now() from used where u.id = used.user_id and u.email = used.email`);
  return rowCount === 1;
}
