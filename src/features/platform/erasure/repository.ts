import { sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireThat, uuids } from "../../../database/preconditions.ts";
import { erasures } from "../../../database/tables/erasures.ts";
import { foldCase } from "../../../database/tables/names.ts";
import { users } from "../../../database/tables/users.ts";
import { countLeft, type Due } from "../../../database/work.ts";
import {
  type Administration,
  lock,
  requireAuthorityOver,
  requireRank,
} from "../../identity/users/statements.ts";

/** Number of records of each table that are erased per statement: few enough to end within DATABASE_TIMEOUT_MS. */
const RECORDS_PER_STATEMENT = 5_000;
const EVENTS_PER_STATEMENT = 10_000;

/**
 * Orders the erasure of a deleted account whose username is `username`. Returns the time of the order, or of the first one.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser and for a user with administrative permissions that the caller
 * does not hold, BUSINESS_LOGIC_ERROR for an account that is not deleted or has another username
 */
export async function orderErasure(db: Database, { actorId, id }: Administration, username: string) {
  const isErasable = (condition = sql`true`) =>
    sql`exists (
      select from ${users} where id = ${id} and ${condition}
        and not exists (select from ${erasures} where user_id = ${id} and begun_at is not null))`;
  const { erasure } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireThat(db, isErasable(), "notFound", "User not found."),
      requireRank(db, actorId, id),
      requireAuthorityOver(db, actorId, id),
      requireThat(
        db,
        isErasable(sql`is_deleted`),
        "ruleViolation",
        "The account is not deleted. Delete it first.",
      ),
      requireThat(
        db,
        isErasable(sql`${foldCase(sql`username`)} = ${foldCase(username)}`),
        "ruleViolation",
        "This is not the username of the account. Repeat it in `username` to confirm.",
      ),
    ],
    ordered: db.execute(sql`
      with ordered as (
        insert into ${erasures} (user_id) values (${id}) on conflict do nothing returning user_id
      )
      select audit('user.erasure_ordered', 'user', user_id, '{}') from ordered`),
    erasure: db
      .select({ user_id: erasures.userId, erase_after: erasures.orderedAt })
      .from(erasures)
      .where(sql`${erasures.userId} = ${id}`),
  });
  return erasure[0];
}

/**
 * Returns the accounts that are due for erasure: ordered, begun, or deleted over `days` ago. Erased accounts have a name that excludes
 * them from the index of accounts that may become due.
 */
const dueAfter = (days: number): Due => ({
  table: sql`(
    select id, ordered_at as since from ${erasures} join ${users} on id = user_id where erased_at is null and is_deleted
    union all
    select id, deleted_at + make_interval(days => ${days}) from ${users}
    where is_deleted and email <> 'erased-' || id::text || '@invalid'
      and deleted_at < now() - make_interval(days => ${days})
      and not exists (select from ${erasures} where user_id = ${users.id})
  ) as due`,
  at: sql`since`,
  before: sql`now()`,
});

/** Selects the `limit` accounts that have been due for erasure the longest. */
export async function selectDue(db: Database, days: number, limit: number): Promise<string[]> {
  const { table } = dueAfter(days);
  const { rows } = await db.execute<{ id: string }>(
    sql`select id from ${table} order by since limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** Counts the accounts that are due for erasure. */
export const countDue = (db: Database, days: number) => countLeft(db, dueAfter(days));

/** Erases a part of the records of an account that is due for erasure. Returns whether records may be left. */
export async function eraseSome(db: Database, id: string, days: number): Promise<boolean> {
  const { erased } = await batch(db, {
    begun: db.execute(sql`select begin_erasure(${id}, ${days})`),
    erased: db.execute<{ is_left: boolean }>(
      sql`select erase_records(${id}, ${RECORDS_PER_STATEMENT}) as is_left`,
    ),
  });
  return erased.rows[0]?.is_left === true;
}

/**
 * Erases the names of the accounts `ids` from the next part of the audit log that has not been searched for all of them. Returns whether
 * there was such a part.
 */
export async function eraseSomeMentions(db: Database, ids: readonly string[]): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with searched as (
      select coalesce(searched_at, '-infinity') as at, coalesce(searched_id, '00000000-0000-0000-0000-000000000000') as id
      from ${erasures} where user_id = any(${uuids(ids)}) order by 1, 2 limit 1
    ), part as materialized (
      select last_at, last_id from searched, strip_mentions(${uuids(ids)}, ${EVENTS_PER_STATEMENT}, searched.at, searched.id)
    )
    update ${erasures} set searched_at = last_at, searched_id = last_id from part
    where user_id = any(${uuids(ids)}) and last_at is not null`);
  return rowCount > 0;
}

/** Marks the accounts `ids` as erased, and deletes their stored names. */
export async function finishErasures(db: Database, ids: readonly string[]): Promise<void> {
  await db.execute(sql`
    with finished as (
      update ${erasures} set erased_at = now(), names = '{}' where user_id = any(${uuids(ids)}) and begun_at is not null and erased_at is null
      returning user_id
    )
    select audit('user.erased', 'user', user_id, '{}') from finished`);
}
