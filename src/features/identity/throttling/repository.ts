import { sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { throttles } from "../../../database/tables/throttles.ts";
import { type Due, type Progress, removeRows, type Spending } from "../../../database/work.ts";

const EXPIRED: Due = { table: throttles, at: sql`window_ends_at`, before: sql`now()` };

/** Removes counts whose window has ended. */
export const removeExpired = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, EXPIRED, spending);
