import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "./client.ts";

/** Limits of one step of the maintenance. The rest is left to the next run. */
export interface Allowance {
  seconds: number;
  /** Number of rows, or of accounts if the step works on accounts. */
  rows: number;
}

/** The rest of an allowance. */
export interface Spending {
  spend: (rows: number) => void;
  isSpent: () => boolean;
}

/** Starts to spend `allowance`. A Worker's clock advances with each response of the database. */
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

/** Rows of a table that the maintenance must process, each from a certain instant on. */
export interface Due {
  table: SQLWrapper;
  /** Instant of each row: an indexed expression. */
  at: SQL;
  /** A row is due if `at` is earlier than this instant. */
  before: SQL;
  /** Condition for the rows; undefined for all rows. */
  among?: SQL;
}

/** Returns the condition that a row is due. */
export const isDue = ({ at, before, among = sql`true` }: Due) => sql`${at} < ${before} and ${among}`;

/** Due rows that a step did not process. */
export interface Remaining {
  /** Number of due rows, counted up to LEFT_MAX. */
  rows: number;
  /** Time since which the oldest of them is due. */
  oldest_due: string | null;
}

/** Result of a step. */
export interface Progress {
  done: number;
  /** Undefined if everything is done. */
  left?: Remaining | undefined;
  /** Errors that did not keep the rest from being done. */
  failures?: unknown[];
}

/** Limit of the count: one more than is reported as an exact number. */
const LEFT_MAX = 10_001;

/** Number of rows that one statement deletes: few enough to finish within DATABASE_TIMEOUT_MS. */
const BATCH_ROWS = 10_000;

/** Counts the rows that are still due. Returns undefined if no row is due. */
export async function countLeft(db: Database, due: Due): Promise<Remaining | undefined> {
  const { table, at, before } = due;
  const { rows } = await db.execute<{ rows: number; oldest_due: string | null }>(sql`
    select (select count(*)::int from (select from ${table} where ${isDue(due)} limit ${LEFT_MAX}) as due) as rows,
      (select to_json(${at} + (now() - ${before})) #>> '{}' from ${table} where ${isDue(due)} order by ${at} limit 1) as oldest_due`);
  const [left] = rows;
  return left && left.rows > 0 ? left : undefined;
}

/**
 * Calls `remove`, which deletes at most `limit` rows, until it finds fewer or the allowance is spent. Rows that another run of the
 * maintenance is deleting are left to that run.
 */
export async function removeInBatches(
  db: Database,
  due: Due,
  spending: Spending,
  remove: (limit: number) => Promise<number>,
): Promise<Progress> {
  let done = 0;
  for (;;) {
    const removed = await remove(BATCH_ROWS);
    done += removed;
    spending.spend(removed);
    if (removed < BATCH_ROWS) return { done };
    if (spending.isSpent()) return { done, left: await countLeft(db, due) };
  }
}

/** Deletes the rows that are due, in batches. */
export const removeRows = (db: Database, due: Due, spending: Spending): Promise<Progress> =>
  removeInBatches(db, due, spending, async (limit) => {
    const { rowCount } = await db.execute(sql`
      delete from ${due.table} where ctid = any (array(
        select ctid from ${due.table} where ${isDue(due)} limit ${limit} for update skip locked))`);
    return rowCount;
  });

/**
 * Calls `work` for each of `ids`, until the allowance is spent. A failure does not stop the others. Returns the ids for which `work`
 * returned true, and the errors.
 */
export async function processEach(
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
