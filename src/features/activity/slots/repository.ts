import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { heartbeatStates } from "../../../database/tables/heartbeats.ts";
import { countLeft, type Due, isDue } from "../../../database/work.ts";

/** How many users one statement works for, and on how many heartbeats of theirs: it must be done before it is given up. */
const USERS_AT_ONCE = 100;
const HEARTBEATS_AT_ONCE = 200_000;

/** Users that the maintenance works for, and what it does. */
export interface UserQueue {
  due: Due;
  /** What is done for a user of `due`, of so many heartbeats at most: a number. */
  work: SQL;
}

/** Those that the last attempt failed for wait for the next. */
const isReady = sql`coalesce(retry_at, '-infinity') <= now()`;

/** Users with heartbeats that their slots don't know: each counts as one. */
export const UNBUILT: UserQueue = {
  due: { table: heartbeatStates, at: sql`due_at`, before: sql`now()`, among: isReady },
  work: sql`build_slots(user_id, heartbeats)::int`,
};

/**
 * Users with heartbeats from before `days` ago, or before the month that this is in, whose time their slots have: they count by how many
 * are removed, or go with their month.
 */
export const outdated = (days: number): UserQueue => ({
  // The slots of a day begin with what the day before it ended with.
  due: {
    table: heartbeatStates,
    at: sql`oldest_at`,
    before: sql`(heartbeats_kept_since(${days}) - interval '24 hours')`,
    among: isReady,
  },
  work: sql`coalesce(prune_heartbeats(user_id, (select heartbeats_kept_since(${days})), heartbeats), 0)::int`,
});

/** Works for the users of a queue who have waited longest, or for one of them. Returns what was done for each. */
export async function workForSome(db: Database, { due, work }: UserQueue, only?: string) {
  const { rows } = await db.execute<{ user_id: string; count: number }>(sql`
    select user_id, ${work} as count
    from (
      select user_id, (${HEARTBEATS_AT_ONCE} / count(*) over ())::int as heartbeats
      from (
        select user_id from ${due.table} where ${isDue(due)} ${only === undefined ? sql`` : sql`and user_id = ${only}`}
        order by ${due.at} limit ${USERS_AT_ONCE} for no key update skip locked
      ) as taken
    ) as shared`);
  return rows;
}

/** The users whom `workForSome` would take next. */
export async function listNext(db: Database, { due }: UserQueue): Promise<string[]> {
  const { rows } = await db.execute<{ user_id: string }>(
    sql`select user_id from ${due.table} where ${isDue(due)} order by ${due.at} limit ${USERS_AT_ONCE}`,
  );
  return rows.map(({ user_id }) => user_id);
}

/** Has the queues wait for a user whom the work failed for: an hour, and twice as long each time, up to a day. */
export async function postpone(db: Database, userId: string): Promise<void> {
  await db.execute(sql`
    update ${heartbeatStates}
    set failures = least(failures + 1, 10), retry_at = now() + least(interval '1 hour' * 2 ^ failures, interval '1 day')
    where user_id = ${userId}`);
}

/** What is left in a queue. */
export const countQueue = (db: Database, { due }: UserQueue) => countLeft(db, due);
