import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { heartbeatStates } from "../../../database/tables/heartbeats.ts";
import { countLeft, type Due, isDue } from "../../../database/work.ts";

/** Maximum numbers of users and of their heartbeats in one statement, which must finish before its timeout. */
const MAX_USERS = 100;
const MAX_HEARTBEATS = 200_000;

/** Queue of users whose heartbeats maintenance processes. */
export interface UserQueue {
  due: Due;
  /** Processes at most `heartbeats` heartbeats of a user of `due`, and returns a number. */
  work: SQL;
}

/** Condition that a user does not wait for another attempt after a failure. */
const isReady = sql`coalesce(retry_at, '-infinity') <= now()`;

/** Users with heartbeats that are not in their slots. Each user counts as one. */
export const UNBUILT_SLOTS: UserQueue = {
  due: { table: heartbeatStates, at: sql`due_at`, before: sql`now()`, among: isReady },
  work: sql`build_slots(user_id, heartbeats)::int`,
};

/**
 * Returns the queue of users with heartbeats that are older than `days` days, or than the month of that day, and that are in their
 * slots. The count is the number of heartbeats that are deleted, or dropped with their month.
 */
export const outdatedHeartbeats = (days: number): UserQueue => ({
  // The slots of a day depend on the last heartbeats of the day before.
  due: {
    table: heartbeatStates,
    at: sql`oldest_at`,
    before: sql`(heartbeats_kept_since(${days}) - interval '24 hours')`,
    among: isReady,
  },
  work: sql`coalesce(prune_heartbeats(user_id, (select heartbeats_kept_since(${days})), heartbeats), 0)::int`,
});

/** Processes the users who have waited longest in a queue, or only `userId`. Returns the count for each. */
export async function processUsers(db: Database, { due, work }: UserQueue, userId?: string) {
  const { rows } = await db.execute<{ user_id: string; count: number }>(sql`
    select user_id, ${work} as count
    from (
      select user_id, (${MAX_HEARTBEATS} / count(*) over ())::int as heartbeats
      from (
        select user_id from ${due.table} where ${isDue(due)} ${userId === undefined ? sql`` : sql`and user_id = ${userId}`}
        order by ${due.at} limit ${MAX_USERS} for no key update skip locked
      ) as taken
    ) as shared`);
  return rows;
}

/** Returns the users whom `processUsers` would process next. */
export async function listNextUsers(db: Database, { due }: UserQueue): Promise<string[]> {
  const { rows } = await db.execute<{ user_id: string }>(
    sql`select user_id from ${due.table} where ${isDue(due)} order by ${due.at} limit ${MAX_USERS}`,
  );
  return rows.map(({ user_id }) => user_id);
}

/** Postpones a user after a failure: by an hour, then twice as long each time, up to a day. */
export async function postponeUser(db: Database, userId: string): Promise<void> {
  await db.execute(sql`
    update ${heartbeatStates}
    set failures = least(failures + 1, 10), retry_at = now() + least(interval '1 hour' * 2 ^ failures, interval '1 day')
    where user_id = ${userId}`);
}

/** Counts the work that is left in a queue. */
export const countQueue = (db: Database, { due }: UserQueue) => countLeft(db, due);
