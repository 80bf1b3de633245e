import { sql } from "drizzle-orm";
import type { Block } from "../core/rate-limit.ts";
import type { Database } from "./client.ts";
import { timeoutOf } from "./connection.ts";
import { SQLSTATES } from "./sqlstates.ts";

/**
 * Returns a statement that prepares its batch for expensive reads: memory for a year of time entries, no JIT compilation, which takes
 * longer than the statements, and a statement timeout equal to the time that the Worker waits. PGlite can't stop a statement; there,
 * only the limits on the amount of data apply.
 */
export const prepareCostlyRead = (db: Database) =>
  db.execute(sql`
    select set_config('jit', 'off', true), set_config('work_mem', '32MB', true),
      set_config('statement_timeout', ${String(timeoutOf(db))}, true)`);

/**
 * Returns a message that says what is wrong with the role's default `statement_timeout` and how to set it; undefined if it is set
 * correctly, or if the database is PGlite, which can't stop a statement. Without a timeout, statements run on in the database after
 * their requests have timed out.
 */
export async function findTimeoutProblem(db: Database, longest = timeoutOf(db)): Promise<string | undefined> {
  const { rows } = await db.execute<{ ms: number; role: string; is_embedded: boolean }>(sql`
    select (extract(epoch from current_setting('statement_timeout')::interval) * 1000)::int as ms, current_user as role,
      version() like '%emscripten%' as is_embedded`);
  const [found] = rows;
  if (!found || found.is_embedded || (found.ms > 0 && found.ms <= longest)) return undefined;
  const what = found.ms === 0 ? "has no statement_timeout" : `has a statement_timeout of ${found.ms} ms`;
  return `The database role ${what}, so statements run on after their requests have timed out. Set it: alter role "${found.role}" set statement_timeout = '${longest}ms'`;
}

/** Block that refuses an expensive report while another report of the account runs. */
export const REPORT_RUNNING: Block = {
  policy: "report",
  quota: 1,
  window: 1,
  seconds: 1,
  message: "Another activity report of this account is running. Try again when it has finished.",
};

/** Returns a statement that fails its batch with RATE_LIMIT_EXCEEDED while another batch with it runs for the same user. It never waits. */
export const requireSingleReport = (db: Database) =>
  db.execute(sql`
    select demand(pg_try_advisory_xact_lock(hashtextextended('report ' || coalesce(actor()::text, ''), 0)), ${SQLSTATES.throttled.code},
      ${JSON.stringify(REPORT_RUNNING)})`);
