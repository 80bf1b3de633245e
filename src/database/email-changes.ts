import { type SQL, sql } from "drizzle-orm";
import type { Access } from "./access.ts";
import { hasRankOver, heldBy } from "./authority.ts";
import type { Database } from "./client.ts";
import { keepingToken, type MailedToken } from "./one-time-tokens.ts";
import { administrativeAmong } from "./preconditions.ts";
import { emailChanges } from "./tables/email-changes.ts";
import { users } from "./tables/users.ts";

/** Another email for an account, and the hashes of the tokens that the new and the old address are mailed. */
export interface EmailChange {
  email: string;
  confirmHash: string;
  stopHash: string;
}

/** The email that the user, in a query over `users`, is to have once it is confirmed; null if none. */
export const pendingEmail = sql<string | null>`(
  select c.to_email from email_changes c
  where c.user_id = users.id and c.applied_at is null and c.cancelled_at is null
    and (c.confirmed_at is not null or c.expires_at > now()))`;

/** What the old address of a change that was requested is told. */
export interface RequestedChange extends Record<string, unknown> {
  from_email: string;
  /** Whether it can stop the change. */
  is_stoppable: boolean;
  /** Whether the change waits for it. */
  is_waiting: boolean;
}

/**
 * The statement that requests a change of the user's email, in place of one that is open; where they have the email already, it only
 * cancels that one. Selects a row if a change was requested. Raises a violation of `users_email_key` where another account has
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
  /** When the account was made. */
  created_at: string;
  /** What opened the account before; null where an email of it had been confirmed. */
  access: Access | null;
}

/** The condition, in a query over `email_changes c` and its `users u`, that a change can take effect now. */
const IS_DUE = sql`u.id = c.user_id and u.is_active and not u.is_deleted
  and c.confirmed_at is not null and c.applied_at is null and c.cancelled_at is null and coalesce(c.due_at, now()) <= now()`;

/**
 * The condition that the user who requested the change `c` could request it now: for their own account, or as an active administrator
 * who holds every administrative permission of the account.
 */
const IS_AUTHORIZED = sql`(c.requested_by is not distinct from c.user_id or (
  exists (select from ${users} r where r.id = c.requested_by and r.is_active and not r.is_deleted)
    and ${hasRankOver(sql`c.requested_by`, sql`c.user_id`)}
    and holds_all(c.requested_by, '{users:update}' || ${administrativeAmong(heldBy(sql`c.user_id`))})))`;

/**
 * The statement that stops, among the changes that `which` holds for in a query over `email_changes c`, those that could take effect now
 * but that their requester could not request any more. Selects the email of each account that keeps it.
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
 * The statement by which the confirmed changes that `which` holds for, in a query over `email_changes c`, take effect if they are due.
 * Where no email of the account had been confirmed, it keeps `review` for its new one.
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
    ), kept as (${keepingToken(review, sql`select user_id, to_email as email from due where is_unproven`)})
    select from_email, to_email, username, created_at, case when is_unproven then access_of(user_id) end as access from due`);
