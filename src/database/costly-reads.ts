import { sql } from "drizzle-orm";
import type { Block } from "../core/rate-limit.ts";
import { type Database, timeoutOf } from "./client.ts";

/**
 * A statement that lets those after it in its batch have memory enough for a year of somebody's time, and run at once, for compiling
 * them takes longer than they do; and has PostgreSQL stop each of them once the Worker waits for it no more, which PGlite can't: there
 * the limits of what is read must do.
 */
export const readyCostlyRead = (db: Database) =>
  db.execute(sql`
    select set_config('jit', 'off', true), set_config('work_mem', '32MB', true),
      set_config('statement_timeout', ${String(timeoutOf(db))}, true)`);

/** What a second expensive report of an account at the same time is refused with. */
export const ONE_AT_A_TIME: Block = {
  policy: "report",
  quota: 1,
  window: 1,
  seconds: 1,
  message: "Another report about activity is being made for you. Try again when it is done.",
};

/** A statement that refuses its batch while another with it runs for the actor: RATE_LIMIT_EXCEEDED. It waits for nothing. */
export const demandAlone = (db: Database) =>
  db.execute(sql`
    select demand(pg_try_advisory_xact_lock(hashtextextended('report ' || coalesce(actor()::text, ''), 0)), 'PT007',
      ${JSON.stringify(ONE_AT_A_TIME)})`);
