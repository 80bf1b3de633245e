import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { readIfPresent } from "../present-file.ts";
import { inTransaction, patiently } from "./transaction.ts";

/** The name of the index and of its table, in a statement that no transaction allows. */
const CONCURRENTLY = /create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+(\S+)\s+on\s+(\S+)/i;

/**
 * Neon takes one statement at a time; drizzle-kit marks where one ends. Parts that are only comments are left
 * out.
 */
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
 * Runs the statements that prepare a large database for a migration, out of its file `name`: each by itself, so that none holds a lock
 * while another works. They are run again where an attempt ended before the migration did. Returns false once `raiseIfOvertaken` raises.
 *
 * @throws CliError if Postgres refuses a statement
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
  // The lock waits for another process that makes the index: until then it is not valid.
  const isFree = await inTransaction(db, name, [
    raiseIfOvertaken,
    sql.raw(`lock table ${table} in share update exclusive mode`),
    sql.raw(dropUnlessValid(index)),
  ]);
  if (!isFree) return false;
  try {
    await patiently(`${name} failed`, () => db.execute(sql.raw(statement)));
  } catch (error) {
    // Another process may have gone on to the migration, whose tables are others.
    if (await inTransaction(db, name, [raiseIfOvertaken])) throw error;
    return false;
  }
  // Two builds at once may meet in a deadlock: the one that Postgres ends leaves an index for which the other has nothing to do.
  return (await isValid(db, index)) || createIndex(db, name, statement, raiseIfOvertaken);
}

async function isValid(db: NeonHttpDatabase, index: string): Promise<boolean> {
  const { rows } = await db.execute(
    sql`select from pg_index where indexrelid = to_regclass(${index}) and indisvalid`,
  );
  return rows.length > 0;
}

/** What a build leaves that was stopped is of no use, and in the way of the next. */
const dropUnlessValid = (index: string) => `do $$ begin
  if exists (select from pg_index where indexrelid = to_regclass('${index}') and not indisvalid) then
    drop index ${index};
  end if;
end $$`;
