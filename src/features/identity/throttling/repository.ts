import { sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { throttles } from "../../../database/tables/throttles.ts";
import { type Due, type Progress, removeRows, type Spending } from "../../../database/work.ts";

const OVER: Due = { table: throttles, at: sql`window_ends_at`, before: sql`now()` };

/** Removes counts that are over. */
export const removeOver = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, OVER, spending);
