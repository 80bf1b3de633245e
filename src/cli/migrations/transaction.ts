import { setTimeout as sleep } from "node:timers/promises";
import { NeonDbError } from "@neondatabase/serverless";
import { type SQL, sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { causesOf } from "../../core/errors.ts";
import { batch } from "../../database/batch.ts";
import { CliError } from "../output.ts";

/** Arbitrary key of the advisory lock that serializes migrations of a database. */
const LOCK_KEY = 4_821_019_377;
/** SQLSTATE of this module: another process migrated the database in the meantime. */
const OVERTAKEN = "MG001";
/** SQLSTATEs of a lock that was not granted in time, and of a deadlock. */
const LOCKED = ["55P03", "40P01"];

/** Number of attempts of a migration that meets locks of other transactions, and the pause between them, in which requests can run. */
export interface Patience {
  attempts: number;
  pauseMs: number;
}

const PATIENCE: Patience = { attempts: 30, pauseMs: 3_000 };

/**
 * Runs the statements of `name` in one transaction, one process at a time. Waits two seconds for a lock of another transaction, since
 * requests queue behind the wait; then retries the whole transaction after a pause. Returns false if the statements raised OVERTAKEN.
 *
 * @throws CliError if Postgres rejects a statement, or if the last attempt also meets a lock
 */
export function inTransaction(
  db: NeonHttpDatabase,
  name: string,
  statements: SQL[],
  patience?: Patience,
): Promise<boolean> {
  const attempt = async () => {
    // A migration may take longer than the role's timeout, and waits for other migrations without a limit.
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
      if (findPostgresError(error)?.code === OVERTAKEN) return false;
      throw error;
    }
  };
  return withRetries(`${name} failed and was rolled back`, attempt, patience);
}

/**
 * Runs `work`, and retries it after a pause if Postgres rejects it because of a lock.
 *
 * @throws CliError that begins with `failure` if Postgres rejects it for another reason, or each time
 */
export async function withRetries<Result>(
  failure: string,
  work: () => Promise<Result>,
  { attempts, pauseMs }: Patience = PATIENCE,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      const postgresError = findPostgresError(cause);
      if (!postgresError) throw cause;
      if (!LOCKED.includes(postgresError.code ?? ""))
        throw new CliError(`${failure}: ${postgresError.message}.`, { cause });
      if (attempt >= attempts) {
        const advice = "Another transaction, such as a backup, holds a lock. Wait until it ends, then retry.";
        throw new CliError(`${failure}: ${postgresError.message}. ${advice}`, { cause });
      }
    }
    await sleep(pauseMs);
  }
}

/** Returns the statement that raises OVERTAKEN unless the last migration was created at `createdAt`; undefined means none. */
export function raiseUnlessLastIs(createdAt: number | undefined): SQL {
  return sql.raw(`do $$ begin
    if (select created_at from drizzle.__drizzle_migrations order by id desc limit 1) is distinct from ${createdAt ?? "null"} then
      raise exception 'the database was migrated in the meantime' using errcode = '${OVERTAKEN}';
    end if;
  end $$`);
}

/** Returns the error of Postgres in the causes of `error`; undefined if Postgres did not reject the statement. */
export function findPostgresError(error: unknown): NeonDbError | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof NeonDbError && cause.code !== undefined) return cause;
  }
  return undefined;
}
