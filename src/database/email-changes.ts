import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { emailChanges } from "./entities/email-changes.ts";
import { users } from "./entities/users.ts";

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
}

/** The statement by which the confirmed changes that `which` holds for, in a query over `email_changes c`, take effect if they are due. */
export const applyEmailChanges = (db: Database, which: SQL) =>
  db.execute<AppliedChange>(sql`
    with due as (
      select c.id, c.user_id, c.from_email, c.to_email
      from ${emailChanges} c join ${users} u on u.id = c.user_id
      where ${which} and c.confirmed_at is not null and c.applied_at is null and c.cancelled_at is null
        and coalesce(c.due_at, now()) <= now() and u.is_active and not u.is_deleted
      for update of c
    ), changed as (
      update ${users} u set email = due.to_email, email_verified_at = now(), updated_at = now(), version = u.version + 1
      from due where u.id = due.user_id
    ), applied as (
      update ${emailChanges} c set applied_at = now() from due where c.id = due.id
    )
    select from_email from due`);
