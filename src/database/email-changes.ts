import { type SQL, sql } from "drizzle-orm";
import type { Access } from "./access.ts";
import { hasRankOver, heldBy } from "./authority.ts";
import type { Database } from "./client.ts";
import { type MailedToken, tokenInsertion } from "./one-time-tokens.ts";
import { administrativeAmong } from "./preconditions.ts";
import { emailChanges } from "./tables/email-changes.ts";
import { users } from "./tables/users.ts";

/** New email of an account, and the hashes of the tokens that are mailed to the new and the old address. */
export interface EmailChange {
  email: string;
  confirmHash: string;
  stopHash: string;
}

/** Facts about a requested change that are mailed to the old address. */
export interface RequestedChange extends Record<string, unknown> {
  from_email: string;
  /** Set if the old address can stop the change. */
  is_stoppable: boolean;
  /** Set if the change waits, so that the old address can stop it first. */
  is_waiting: boolean;
}

/**
 * Returns the statement that requests a change of the user's email, which replaces an open one. If the user has the email already, it
 * only cancels the open one. Selects a row if a change was requested. Raises a violation of `users_email_key` if another account has
 * the email.
 */
export const requestEmailChange = (
  db: Database,
  userId: string,
  change: EmailChange | undefined,
  { isOwn }: { isOwn: boolean },
) =>
  db.execute<RequestedChange>(sql`
    select * from request_email_change(${userId}, ${change?.email ?? null}, ${change?.confirmHash ?? null},
      ${change?.stopHash ?? null}, ${isOwn})`);

/** A change that took effect. */
export interface AppliedChange extends Record<string, unknown> {
  from_email: string;
  to_email: string;
  username: string;
  /** Time at which the account was created. */
  created_at: string;
  /** Credentials of the account before the change; null if an email of the account had been verified. */
  access: Access | null;
}

/** Condition, in a query over `email_changes c` and its `users u`, that a change can take effect now. */
const IS_DUE = sql`u.id = c.user_id and u.is_active and not u.is_deleted
  and c.confirmed_at is not null and c.applied_at is null and c.cancelled_at is null and coalesce(c.due_at, now()) <= now()`;

/**
 * Condition that the user who requested the change `c` could still request it: for their own account, or as an active administrator
 * who holds every administrative permission of the account.
 */
const IS_AUTHORIZED = sql`(c.requested_by is not distinct from c.user_id or (
  exists (select from ${users} r where r.id = c.requested_by and r.is_active and not r.is_deleted)
    and ${hasRankOver(sql`c.requested_by`, sql`c.user_id`)}
    and holds_all(c.requested_by, '{users:update}' || ${administrativeAmong(heldBy(sql`c.user_id`))})))`;

/**
 * Returns the statement that stops those changes that match `which`, a condition over `email_changes c`, and could take effect now, but
 * whose requester could no longer request them. Selects the email of each account that keeps it.
 */
export const stopUnauthorizedChanges = (db: Database, which: SQL) =>
  db.execute<{ email: string }>(sql`
    with stopped as (
      update ${emailChanges} c set cancelled_at = now() from ${users} u
      where ${which} and ${IS_DUE} and not ${IS_AUTHORIZED}
      returning u.id, u.email
    )
    select email, audit('user.email_change_stopped', 'user', id, '{"reason": "requester_not_authorized"}') from stopped`);

/**
 * Returns the statement that applies the due and confirmed changes that match `which`, a condition over `email_changes c`. If no email
 * of the account had been verified, it stores the token `review` for the new email.
 */
export const applyEmailChanges = (db: Database, which: SQL, review: MailedToken) =>
  db.execute<AppliedChange>(sql`
    with due as (
      select c.id, c.user_id, c.from_email, c.to_email, u.username, u.created_at, u.email_verified_at is null as is_unproven
      from ${emailChanges} c, ${users} u where ${which} and ${IS_DUE}
      for update of c
    ), changed as (
      update ${users} u set email = due.to_email, email_verified_at = now(), updated_at = now(), version = u.version + 1
      from due where u.id = due.user_id
    ), applied as (
      update ${emailChanges} c set applied_at = now() from due where c.id = due.id
    ), kept as (${tokenInsertion(review, sql`select user_id, to_email as email from due where is_unproven`)})
    select from_email, to_email, username, created_at, case when is_unproven then access_of(user_id) end as access from due`);
