import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "./client.ts";

/** What one step of the maintenance may take: what is left then is for the next run. */
export interface Allowance {
  seconds: number;
  /** Rows, or accounts where a step works on these. */
  rows: number;
}

/** What is left of an allowance. */
export interface Spending {
  spend: (rows: number) => void;
  isSpent: () => boolean;
}

/** Begins to spend `allowance`. The clock of a Worker moves with each answer of the database. */
export function startSpending({ seconds, rows }: Allowance): Spending {
  const end = Date.now() + seconds * 1_000;
  let left = rows;
  return {
    spend: (count) => {
      left -= count;
    },
    isSpent: () => left <= 0 || Date.now() >= end,
  };
}

/** The rows of a table that the maintenance has to do something about, each from an instant on. */
export interface Due {
  table: SQLWrapper;
  /** An instant of each row: an expression with an index behind it. */
  at: SQL;
  /** The row is due if that is earlier: an instant, too. */
  before: SQL;
  /** Which rows, if not all. */
  among?: SQL;
}

/** The condition that a row is due. */
export const isDue = ({ at, before, among = sql`true` }: Due) => sql`${at} < ${before} and ${among}`;

/** What a step did not come to. */
export interface Left {
  /** How many rows are due; no more than LEFT_MAX are counted. */
  rows: number;
  /** Since when the oldest of them is due. */
  oldest_due: string | null;
}

/** What a step did. */
export interface Progress {
  done: number;
  /** None if all is done. */
  left?: Left | undefined;
  /** Why some of it could not be done, where that kept nothing else from being done. */
  failures?: unknown[];
}

/** One more than is told as a number, so that more are known to be more. */
const LEFT_MAX = 10_001;

/** How many rows one statement removes: few enough that it ends within DATABASE_TIMEOUT_MS. */
const ROWS_AT_ONCE = 10_000;

/** Counts what is still due. Returns undefined if nothing is. */
export async function countLeft(db: Database, due: Due): Promise<Left | undefined> {
  const { table, at, before } = due;
  const { rows } = await db.execute<{ rows: number; oldest_due: string | null }>(sql`
    select (select count(*)::int from (select from ${table} where ${isDue(due)} limit ${LEFT_MAX}) as due) as rows,
      (select to_json(${at} + (now() - ${before})) #>> '{}' from ${table} where ${isDue(due)} order by ${at} limit 1) as oldest_due`);
  const [left] = rows;
  return left && left.rows > 0 ? left : undefined;
}

/**
 * Calls `remove`, which removes as many rows as it is told at most, until it finds fewer or the allowance is spent. What another run
 * of the maintenance is removing is left to that run.
 */
export async function removeInBatches(
  db: Database,
  due: Due,
  spending: Spending,
  remove: (limit: number) => Promise<number>,
): Promise<Progress> {
  let done = 0;
  for (;;) {
    const removed = await remove(ROWS_AT_ONCE);
    done += removed;
    spending.spend(removed);
    if (removed < ROWS_AT_ONCE) return { done };
    if (spending.isSpent()) return { done, left: await countLeft(db, due) };
  }
}

/** Removes the rows that are due, in batches. */
export const removeRows = (db: Database, due: Due, spending: Spending): Promise<Progress> =>
  removeInBatches(db, due, spending, async (limit) => {
    const { rowCount } = await db.execute(sql`
      delete from ${due.table} where ctid = any (array(
        select ctid from ${due.table} where ${isDue(due)} limit ${limit} for update skip locked))`);
    return rowCount;
  });

/**
 * Does `work` for each of `ids`, until the allowance is spent. One that fails keeps no other from being done. Returns the ids for which
 * it says that it did something, and why it failed for others.
 */
export async function doEach(
  ids: readonly string[],
  spending: Spending,
  work: (id: string) => Promise<boolean>,
): Promise<{ done: string[]; failures: unknown[] }> {
  const done: string[] = [];
  const failures: unknown[] = [];
  for (const id of ids) {
    if (spending.isSpent()) break;
    spending.spend(1);
    try {
      if (await work(id)) done.push(id);
    } catch (error) {
      failures.push(error);
    }
  }
  return { done, failures };
}
