import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { readIfPresent } from "../present-file.ts";
import { inTransaction, withRetries } from "./transaction.ts";

/** Matches a statement that no transaction allows, with the names of the index and its table. */
const CONCURRENTLY = /create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+(\S+)\s+on\s+(\S+)/i;

/** Splits SQL at the marks of drizzle-kit, since Neon runs one statement at a time. Leaves out parts that are only comments. */
export function splitStatements(text: string): string[] {
  return text
    .split("--> statement-breakpoint")
    .map((part) => part.trim())
    .filter((part) => part.replace(/^\s*--.*$/gm, "").trim() !== "");
}

/** Returns the statements of the file `name` in `folder`; an empty list without the file. */
export async function readStatements(folder: string, name: string): Promise<string[]> {
  return splitStatements((await readIfPresent(join(folder, name))) ?? "");
}

/**
 * Runs the statements of the file `name`, which prepare a large database for a migration: each in its own transaction, so that none
 * holds a lock while another runs. They run again if an attempt ends before the migration is applied. Returns false once
 * `raiseIfOvertaken` raises.
 *
 * @throws CliError if Postgres rejects a statement
 */
export async function prepare(
  db: NeonHttpDatabase,
  name: string,
  statements: readonly string[],
  raiseIfOvertaken: SQL,
): Promise<boolean> {
  for (const statement of statements) {
    const isDone = CONCURRENTLY.test(statement)
      ? await createIndex(db, name, statement, raiseIfOvertaken)
      : await inTransaction(db, name, [raiseIfOvertaken, sql.raw(statement)]);
    if (!isDone) return false;
  }
  return true;
}

async function createIndex(
  db: NeonHttpDatabase,
  name: string,
  statement: string,
  raiseIfOvertaken: SQL,
): Promise<boolean> {
  const [, index = "", table = ""] = CONCURRENTLY.exec(statement) ?? [];
  // The lock waits for another process that builds the index, which is not valid until then.
  const isFree = await inTransaction(db, name, [
    raiseIfOvertaken,
    sql.raw(`lock table ${table} in share update exclusive mode`),
    sql.raw(dropUnlessValid(index)),
  ]);
  if (!isFree) return false;
  try {
    await withRetries(`${name} failed`, () => db.execute(sql.raw(statement)));
  } catch (error) {
    // Another process may have applied the migration already, which changes the tables.
    if (await inTransaction(db, name, [raiseIfOvertaken])) throw error;
    return false;
  }
  // Two concurrent builds may deadlock. The build that Postgres ends leaves an invalid index, which the other build skips.
  return (await isValid(db, index)) || createIndex(db, name, statement, raiseIfOvertaken);
}

async function isValid(db: NeonHttpDatabase, index: string): Promise<boolean> {
  const { rows } = await db.execute(
    sql`select from pg_index where indexrelid = to_regclass(${index}) and indisvalid`,
  );
  return rows.length > 0;
}

/**
 * Returns the statement that drops an invalid index: a stopped build leaves it, and it blocks the next build. Another process's build
 * unlocks the table shortly before its commit makes the index valid; the attempt then fails as if the table were locked, to be repeated.
 */
const dropUnlessValid = (index: string) => `do $$ begin
  if exists (select from pg_index where indexrelid = to_regclass('${index}') and not indisvalid) then
    drop index ${index};
  end if;
exception when internal_error then
  raise exception '%', sqlerrm using errcode = 'lock_not_available';
end $$`;
