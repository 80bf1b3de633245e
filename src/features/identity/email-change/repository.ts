import { type SQL, sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import {
  type AppliedChange,
  applyEmailChanges,
  stopUnauthorizedChanges,
} from "../../../database/email-changes.ts";
import { lockUser, type MailedToken } from "../../../database/one-time-tokens.ts";
import { emailChanges } from "../../../database/tables/email-changes.ts";
import { users } from "../../../database/tables/users.ts";
import {
  countLeft,
  type Due,
  isDue,
  type Progress,
  removeRows,
  type Spending,
} from "../../../database/work.ts";

/** Result of a step of an email change. */
export interface Outcome {
  /** True if the token was valid. */
  isUsable: boolean;
  /** The email that the account keeps, if the change was due but its requester may no longer make it. */
  stoppedFor: string | undefined;
  applied: AppliedChange | undefined;
}

const IS_OPEN = sql`c.applied_at is null and c.cancelled_at is null
  and exists (select from ${users} u where u.id = c.user_id and u.is_active and not u.is_deleted)`;

/** Records that the new address confirmed a change, and applies the change if it is due. */
export const confirmChange = (db: Database, hash: string, review: MailedToken) =>
  advanceChange(
    db,
    review,
    sql`c.confirm_hash = ${hash}`,
    sql`
    update ${emailChanges} c set confirmed_at = now()
    where c.confirm_hash = ${hash} and c.confirmed_at is null and c.expires_at > now() and ${IS_OPEN}`,
  );

/** Records that the old address approved a change, and applies the change if it is confirmed. */
export const approveChange = (db: Database, hash: string, review: MailedToken) =>
  advanceChange(
    db,
    review,
    sql`c.stop_hash = ${hash}`,
    sql`
    update ${emailChanges} c set due_at = null
    where c.stop_hash = ${hash} and c.stoppable_until > now() and ${IS_OPEN}`,
  );

async function advanceChange(db: Database, review: MailedToken, condition: SQL, step: SQL): Promise<Outcome> {
  const { stepped, stopped, applied } = await batch(db, {
    locked: lockUser(db, sql`${users.id} = (select user_id from ${emailChanges} c where ${condition})`),
    stepped: db.execute(step),
    stopped: stopUnauthorizedChanges(db, condition),
    applied: applyEmailChanges(db, condition, review),
  });
  return { isUsable: stepped.rowCount === 1, stoppedFor: stopped.rows[0]?.email, applied: applied.rows[0] };
}

/**
 * Stops a change for its old address. Reverts a change that took effect and ends the account's access: sessions, tokens, feeds,
 * one-time tokens, and the password, which the owner must set again by mail. Second factors stay.
 */
export async function stopChange(
  db: Database,
  hash: string,
): Promise<{ isUsable: boolean; isReverted: boolean }> {
  const stopped = sql`(select c.user_id, c.from_email, c.created_at from ${emailChanges} c
    where c.stop_hash = ${hash} and c.stoppable_until > now()) as stopped`;
  const { audited, reverted } = await batch(db, {
    locked: lockUser(
      db,
      sql`${users.id} = (select user_id from ${emailChanges} c where c.stop_hash = ${hash})`,
    ),
    audited: db.execute(sql`
      select audit('user.email_change_stopped', 'user', user_id, '{}', user_id) from ${stopped}`),
    ended: db.execute(sql`
      select end_access(u.id, 'email_reverted') from ${users} u, ${stopped}
      where u.id = stopped.user_id and not u.is_deleted and lower(u.email) <> lower(stopped.from_email)`),
    reverted: db.execute(sql`
      update ${users} u set email = stopped.from_email, email_verified_at = now(), updated_at = now(), version = u.version + 1
      from ${stopped}
      where u.id = stopped.user_id and not u.is_deleted and lower(u.email) <> lower(stopped.from_email)`),
    // Earlier changes stay: their old addresses have an older claim to the account.
    removed: db.execute(sql`
      delete from ${emailChanges} c using ${stopped}
      where c.user_id = stopped.user_id and c.created_at >= stopped.created_at`),
  });
  return { isUsable: audited.rows.length === 1, isReverted: reverted.rowCount === 1 };
}

const DUE_CHANGES: Due = {
  table: sql`${emailChanges} c`,
  at: sql`c.due_at`,
  before: sql`now()`,
  among: sql`c.confirmed_at is not null and ${IS_OPEN}`,
};

/** Returns the ids of the `limit` confirmed changes that have been due longest. */
export async function selectDueChanges(db: Database, limit: number): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select c.id from ${DUE_CHANGES.table} where ${isDue(DUE_CHANGES)} order by c.due_at limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Counts the confirmed changes that are due. */
export const countDueChanges = (db: Database) => countLeft(db, DUE_CHANGES);

/** Applies the change with `id` if it is still due. */
export const applyDueChange = (db: Database, id: string, review: MailedToken): Promise<Outcome> =>
  advanceChange(db, review, sql`c.id = ${id}`, sql`select`);

/** Cancels the change with `id`. */
export async function cancelChange(db: Database, id: string): Promise<void> {
  await db.execute(sql`update ${emailChanges} set cancelled_at = now() where id = ${id}`);
}

const OLD_CHANGES: Due = {
  table: emailChanges,
  at: sql`stoppable_until`,
  before: sql`now()`,
  among: sql`expires_at < now() and (applied_at is not null or cancelled_at is not null or confirmed_at is null)`,
};

/** Removes changes that can no longer be confirmed or stopped. */
export const removeOldChanges = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, OLD_CHANGES, spending);
