import { sql } from "drizzle-orm";
import { type Access, endAccess } from "../../../database/access.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import {
  consumeToken,
  keepingToken,
  keepToken,
  lockUser,
  type MailedToken,
  requireToken,
} from "../../../database/one-time-tokens.ts";
import { deleted, touched } from "../../../database/tables/columns.ts";
import { emailChanges } from "../../../database/tables/email-changes.ts";
import { oneTimeTokens } from "../../../database/tables/one-time-tokens.ts";
import { users } from "../../../database/tables/users.ts";
import { type Bucket, type policiesOf, toRecipient } from "../throttling/policies.ts";
import { countAttempt, requireAttempt, requireOpen } from "../throttling/statements.ts";

type Policies = ReturnType<typeof policiesOf>;

/** The email of the user with `id`, and when it was verified. */
export async function selectEmail(db: Database, id: string) {
  const [found] = await db
    .select({ email: users.email, verified_at: users.emailVerifiedAt })
    .from(users)
    .where(sql`${users.id} = ${id} and not ${users.isDeleted}`);
  return found;
}

/**
 * Counts a mail to its recipient. What blocks it, if anything does. A notice to an email that nobody has proved to receive mail is
 * counted with all such notices: else an account in another's name would be a way to write to them. That account may be deleted
 * by then, or have another email. A notice that can stop something is not, so that no flood of others keeps it from its reader.
 */
export async function countMail(
  db: Database,
  policies: Policies,
  { to, kind, isAskedFor, canStop }: { to: string; kind: string; isAskedFor: boolean; canStop: boolean },
) {
  const isUnproven = sql`not exists (
    select from ${users} where lower(${users.email}) = lower(${to}) and email_verified_at is not null) and not exists (
    select from ${emailChanges} where lower(from_email) = lower(${to}) and from_verified_at is not null)`;
  const counters = isAskedFor
    ? [toRecipient(policies.mailToRecipient, to)]
    : [
        toRecipient(policies.notice, `${kind}\n${to}`),
        { ...toRecipient(policies.noticeToUnproven, to), counts: canStop ? sql`false` : isUnproven },
      ];
  const { rows } = await countAttempt(db, counters);
  return rows[0]?.block ?? undefined;
}

/**
 * Counts a request in `buckets`, and keeps a token for the email of the user with `id` unless it is verified already, or was
 * sent too many mails. The email, if a token is kept.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function keepVerification(
  db: Database,
  id: string,
  token: MailedToken,
  policies: Policies,
  buckets: readonly Bucket[],
): Promise<string | undefined> {
  const email = sql`(select lower(email) from ${users} where id = ${id} and email_verified_at is null)`;
  const { kept } = await batch(db, {
    preconditions: [
      requireOpen(db, [{ policy: policies.mailToRecipient, of: email, counts: sql`${email} is not null` }]),
      requireAttempt(db, buckets),
    ],
    kept: keepToken(db, token, sql`${users.id} = ${id} and ${users.emailVerifiedAt} is null`),
  });
  return kept.rows[0]?.email;
}

/**
 * Uses a token up, notes that its email is verified, and keeps `review` for the account: all or nothing. Returns what was made
 * of the account before, or undefined if the token was not good.
 */
export async function verifyEmail(db: Database, hash: string, review: MailedToken) {
  const { rows } = await db.execute<{ username: string; created_at: string; access: Access }>(sql`
    with ${consumeToken({ purpose: "verify_email", hash })}, verified as (
      update ${users} u set email_verified_at = now() from used
      where u.id = used.user_id and u.email = used.email
      returning u.id, u.email, u.username, u.created_at
    ), kept as (${keepingToken(review, sql`select id as user_id, email from verified`)})
    select username, created_at, access_of(id) as access from verified`);
  return rows[0];
}

/** Uses up a token to review an account. @throws AppError INVALID_ONE_TIME_TOKEN */
export async function acceptAccess(db: Database, hash: string): Promise<void> {
  await requireToken(db, { purpose: REVIEW, hash });
}

/**
 * Uses up a token to review an account, and ends everything that opens it, the password included. Returns what ended.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN
 */
export async function endReviewed(db: Database, hash: string) {
  const whose = isReviewedWith(hash);
  const { ended } = await batch(db, {
    locked: lockUser(db, whose),
    precondition: requireToken(db, { purpose: REVIEW, hash }),
    ended: endAccess(db, "account_reviewed", whose),
  });
  return ended.rows[0]?.ended;
}

/**
 * Uses up a token to review an account, ends everything that opens it, and deletes it. Its email is free again, and not even
 * an administrator who restores the account gives it back. Returns what ended.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, BUSINESS_LOGIC_ERROR for the last active superuser
 */
export async function disown(db: Database, hash: string) {
  const whose = isReviewedWith(hash);
  const { ended } = await batch(db, {
    locked: lockUser(db, whose),
    precondition: requireToken(db, { purpose: REVIEW, hash }),
    ended: endAccess(db, "account_disowned", whose),
    closed: db
      .update(users)
      .set({
        // No mail is ever delivered to this top-level domain (RFC 2606 2).
        email: sql`${users.id} || '@disowned.invalid'`,
        emailVerifiedAt: null,
        ...deleted,
        ...touched(users),
      })
      .where(whose),
  });
  return ended.rows[0]?.ended;
}

const REVIEW = "review_access";

const isReviewedWith = (hash: string) =>
  sql`${users.id} in (select user_id from ${oneTimeTokens} where purpose = ${REVIEW} and hash = ${hash})`;
