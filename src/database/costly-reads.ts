import { sql } from "drizzle-orm";
import type { Block } from "../core/rate-limit.ts";
import type { Database } from "./client.ts";
import { timeoutOf } from "./connection.ts";
import { SQLSTATES } from "./sqlstates.ts";

/**
 * A statement that lets those after it in its batch have memory enough for a year of somebody's time, and run at once, for compiling
 * them takes longer than they do; and has PostgreSQL stop each of them once the Worker waits for it no more, which PGlite can't: there
 * the limits of what is read must do.
 */
export const readyCostlyRead = (db: Database) =>
  db.execute(sql`
    select set_config('jit', 'off', true), set_config('work_mem', '32MB', true),
      set_config('statement_timeout', ${String(timeoutOf(db))}, true)`);

/**
 * Returns what is wrong with the `statement_timeout` that sessions of the role begin with, in a sentence that says what to do; undefined
 * if nothing is, or if the database is PGlite, which can stop no statement. Without it, what a request gave up goes on in the database.
 */
export async function findTimeoutProblem(db: Database, longest = timeoutOf(db)): Promise<string | undefined> {
  const { rows } = await db.execute<{ ms: number; role: string; is_embedded: boolean }>(sql`
    select (extract(epoch from current_setting('statement_timeout')::interval) * 1000)::int as ms, current_user as role,
      version() like '%emscripten%' as is_embedded`);
  const [found] = rows;
  if (!found || found.is_embedded || (found.ms > 0 && found.ms <= longest)) return undefined;
  const what = found.ms === 0 ? "has no statement_timeout" : `has a statement_timeout of ${found.ms} ms`;
  return `The database role ${what}: statements go on after requests have given them up. Set it: alter role "${found.role}" set statement_timeout = '${longest}ms'`;
}

/** What a second expensive report of an account at the same time is refused with. */
export const ONE_AT_A_TIME: Block = {
  policy: "report",
  quota: 1,
  window: 1,
  seconds: 1,
  message: "Another report about activity is being made for you. Try again when it is done.",
};

/** A statement that refuses its batch while another with it runs for the actor: RATE_LIMIT_EXCEEDED. It waits for nothing. */
export const requireAlone = (db: Database) =>
  db.execute(sql`
    select demand(pg_try_advisory_xact_lock(hashtextextended('report ' || coalesce(actor()::text, ''), 0)), ${SQLSTATES.throttled.code},
      ${JSON.stringify(ONE_AT_A_TIME)})`);
