import { setTimeout as sleep } from "node:timers/promises";
import { NeonDbError } from "@neondatabase/serverless";
import { type SQL, sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { causesOf } from "../../core/errors.ts";
import { batch } from "../../database/batch.ts";
import { CliError } from "../output.ts";

/** Any number: all that migrate this database at once wait for it in turn. */
const LOCK_KEY = 4_821_019_377;
/** SQLSTATE of our own: another process migrated the database since we looked. */
const OVERTAKEN = "MG001";
/** SQLSTATEs of a lock that was not granted in time, and of a deadlock. */
const LOCKED = ["55P03", "40P01"];

/** How often a migration is tried that meets locks of other transactions, and how long requests have the tables in between. */
export interface Patience {
  attempts: number;
  pauseMs: number;
}

const PATIENCE: Patience = { attempts: 30, pauseMs: 3_000 };

/**
 * Runs the statements of `name` in one transaction, one process at a time. A lock that another transaction holds is waited for two
 * seconds, since requests queue behind the wait; then the whole transaction is tried again after a pause. Returns false if the
 * statements raised OVERTAKEN.
 *
 * @throws CliError if Postgres refuses a statement, or if the last attempt meets a lock, too
 */
export function inTransaction(
  db: NeonHttpDatabase,
  name: string,
  statements: SQL[],
  patience?: Patience,
): Promise<boolean> {
  const attempt = async () => {
    // A migration may take longer than the role's requests may, and waits for other migrations as long as they take.
    const lock = db.execute(sql`
      select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
        pg_advisory_xact_lock(${LOCK_KEY})`);
    const limit = db.execute(sql`select set_config('lock_timeout', '2s', true)`);
    try {
      await batch(db, {
        lock,
        limit,
        statements: statements.map((statement) => db.execute(statement)),
      });
      return true;
    } catch (error) {
      if (refusalIn(error)?.code === OVERTAKEN) return false;
      throw error;
    }
  };
  return patiently(`${name} failed, and nothing of it was kept`, attempt, patience);
}

/**
 * Does `work`, and does it again after a pause if Postgres refuses it for a lock.
 *
 * @throws CliError that begins with `failure` if Postgres refuses it for another reason, or each time
 */
export async function patiently<Result>(
  failure: string,
  work: () => Promise<Result>,
  { attempts, pauseMs }: Patience = PATIENCE,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      const refusal = refusalIn(cause);
      if (!refusal) throw cause;
      if (!LOCKED.includes(refusal.code ?? ""))
        throw new CliError(`${failure}: ${refusal.message}.`, { cause });
      if (attempt >= attempts) {
        const advice = "Another transaction holds a lock, such as a backup: wait until it ends, and repeat.";
        throw new CliError(`${failure}: ${refusal.message}. ${advice}`, { cause });
      }
    }
    await sleep(pauseMs);
  }
}

/** Returns the statement that raises OVERTAKEN unless the migration made at `createdAt` is the last one; undefined means none. */
export function raiseUnlessLastIs(createdAt: number | undefined): SQL {
  return sql.raw(`do $$ begin
    if (select created_at from drizzle.__drizzle_migrations order by id desc limit 1) is distinct from ${createdAt ?? "null"} then
      raise exception 'the database has been migrated meanwhile' using errcode = '${OVERTAKEN}';
    end if;
  end $$`);
}

/** Returns what Postgres itself said, if it is Postgres that refused. */
export function refusalIn(error: unknown): NeonDbError | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof NeonDbError && cause.code !== undefined) return cause;
  }
  return undefined;
}
