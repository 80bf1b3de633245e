import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "./client.ts";

/** How many rows one statement removes: few enough that it ends within DATABASE_TIMEOUT_MS. */
const ROWS_AT_ONCE = 10_000;

/** Calls `remove`, which removes as many rows as it is told at most, until none is left. The number removed. */
export async function removeInBatches(remove: (limit: number) => Promise<number>): Promise<number> {
  let total = 0;
  let removed: number;
  do {
    removed = await remove(ROWS_AT_ONCE);
    total += removed;
  } while (removed === ROWS_AT_ONCE);
  return total;
}

/** Removes the rows of `table` for which `condition` holds, in batches. The number removed. */
export const removeRows = (db: Database, table: SQLWrapper, condition: SQL): Promise<number> =>
  removeInBatches(async (limit) => {
    const { rowCount } = await db.execute(sql`
      delete from ${table} where ctid = any (array(select ctid from ${table} where ${condition} limit ${limit}))`);
    return rowCount;
  });
