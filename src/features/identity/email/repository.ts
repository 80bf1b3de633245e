import { sql } from "drizzle-orm";
import { type Access, endAccess } from "../../../database/access.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import {
  consumeToken,
  lockUser,
  type MailedToken,
  requireToken,
  storeToken,
  tokenInsertion,
} from "../../../database/one-time-tokens.ts";
import { deleted, touched } from "../../../database/tables/columns.ts";
import { emailChanges } from "../../../database/tables/email-changes.ts";
import { oneTimeTokens } from "../../../database/tables/one-time-tokens.ts";
import { users } from "../../../database/tables/users.ts";
import { type Bucket, type policiesOf, toRecipient } from "../throttling/policies.ts";
import { countAttempt, requireAttempt, requireOpen } from "../throttling/statements.ts";

type Policies = ReturnType<typeof policiesOf>;

/** Returns the email of the user with `id` and when it was verified. */
export async function selectEmail(db: Database, id: string) {
  const [found] = await db
    .select({ email: users.email, verified_at: users.emailVerifiedAt })
    .from(users)
    .where(sql`${users.id} = ${id} and not ${users.isDeleted}`);
  return found;
}

/**
 * Counts a mail to its recipient, and returns the block on it, if any. Notices to an unverified email share one count: otherwise
 * an account with another person's email could be used to flood them. This also applies if the account has been deleted or has
 * a new email since. A notice that can stop an event is exempt, so that a flood of other notices can't suppress it.
 */
export async function countMail(
  db: Database,
  policies: Policies,
  { to, kind, isRequested, canStop }: { to: string; kind: string; isRequested: boolean; canStop: boolean },
) {
  const isUnproven = sql`not exists (
    select from ${users} where lower(${users.email}) = lower(${to}) and email_verified_at is not null) and not exists (
    select from ${emailChanges} where lower(from_email) = lower(${to}) and from_verified_at is not null)`;
  const counters = isRequested
    ? [toRecipient(policies.mailToRecipient, to)]
    : [
        toRecipient(policies.notice, `${kind}\n${to}`),
        { ...toRecipient(policies.noticeToUnproven, to), counts: canStop ? sql`false` : isUnproven },
      ];
  const { rows } = await countAttempt(db, counters);
  return rows[0]?.counted.block ?? undefined;
}

/**
 * Counts a request in `buckets`, and stores a token for the email of the user with `id` if it is not verified yet and has not
 * been sent too many mails. Returns the email if a token was stored.
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
    kept: storeToken(db, token, sql`${users.id} = ${id} and ${users.emailVerifiedAt} is null`),
  });
  return kept.rows[0]?.email;
}

/**
 * Consumes a token, records that its email is verified, and stores `review` for the account, in one statement. Returns the
 * account and the access to it, or undefined if the token was not valid.
 */
export async function verifyEmail(db: Database, hash: string, review: MailedToken) {
  const { rows } = await db.execute<{ username: string; created_at: string; access: Access }>(sql`
    with ${consumeToken({ purpose: "verify_email", hash })}, verified as (
      update ${users} u set email_verified_at = now() from used
      where u.id = used.user_id and u.email = used.email
      returning u.id, u.email, u.username, u.created_at
    ), kept as (${tokenInsertion(review, sql`select id as user_id, email from verified`)})
    select username, created_at, access_of(id) as access from verified`);
  return rows[0];
}

/** Consumes a token to review an account, and keeps its access. @throws AppError INVALID_ONE_TIME_TOKEN */
export async function acceptAccess(db: Database, hash: string): Promise<void> {
  await requireToken(db, { purpose: REVIEW, hash });
}

/**
 * Consumes a token to review an account, and ends all access to it, including the password. Returns the number of credentials
 * that ended.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN
 */
export async function endReviewedAccess(db: Database, hash: string) {
  const isReviewed = isReviewedWith(hash);
  const { ended } = await batch(db, {
    locked: lockUser(db, isReviewed),
    precondition: requireToken(db, { purpose: REVIEW, hash }),
    ended: endAccess(db, "account_reviewed", isReviewed),
  });
  return ended.rows[0]?.ended;
}

/**
 * Consumes a token to review an account, ends all access to it, and deletes it. Its email can be used again, and stays free even
 * if an administrator restores the account. Returns the number of credentials that ended.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, BUSINESS_LOGIC_ERROR for the last active superuser
 */
export async function disownAccount(db: Database, hash: string) {
  const isReviewed = isReviewedWith(hash);
  const { ended } = await batch(db, {
    locked: lockUser(db, isReviewed),
    precondition: requireToken(db, { purpose: REVIEW, hash }),
    ended: endAccess(db, "account_disowned", isReviewed),
    closed: db
      .update(users)
      .set({
        // No mail is ever delivered to this top-level domain (RFC 2606 2).
        email: sql`${users.id} || '@disowned.invalid'`,
        emailVerifiedAt: null,
        ...deleted,
        ...touched(users),
      })
      .where(isReviewed),
  });
  return ended.rows[0]?.ended;
}

const REVIEW = "review_access";

const isReviewedWith = (hash: string) =>
  sql`${users.id} in (select user_id from ${oneTimeTokens} where purpose = ${REVIEW} and hash = ${hash})`;
