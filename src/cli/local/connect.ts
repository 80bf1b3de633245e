import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError, causesOf } from "../../core/errors.ts";
import { createDatabase, type Database } from "../../database/client.ts";
import { CliError } from "../output.ts";
import { findRunningDatabase, type RunningDatabase } from "./data-lock.ts";
import { databaseIn, openLocalDatabase } from "./local-database.ts";

/** Where the embedded database keeps its data unless told otherwise. */
export const DATA_DIR = join(import.meta.dirname, "../../../.data");

/** Migrations and seeds may take longer than a request is allowed to: as long as Node waits for the head of an answer. */
const TIMEOUT_MS = 5 * 60_000;

interface WithDatabaseOptions {
  databaseUrl?: string | undefined;
  dataDir?: string | undefined;
  /** Whether a missing embedded database is made; if not, a mistyped directory is an error. */
  mayCreate?: boolean;
}

/**
 * Runs `work` on the database that a command is meant for, and closes it again if it was opened for that: the
 * one that DATABASE_URL names; else that of a running `npm start` or `npm run db`; else the embedded one in
 * `.data`. `work` is also told which it is, in words for a person. Throws CliError if it can't be reached, or is not there.
 */
export async function withDatabase<Result>(
  work: (db: Database, description: string) => Promise<Result>,
  { databaseUrl = process.env.DATABASE_URL, dataDir = DATA_DIR, mayCreate = false }: WithDatabaseOptions = {},
): Promise<Result> {
  // An empty variable is as good as none.
  const isNamed = databaseUrl !== undefined && databaseUrl !== "";
  const running = isNamed ? undefined : await findRunningDatabase(dataDir);
  if (running) return doWork(work, running, "the running database");
  if (!isNamed && !mayCreate) requireData(dataDir);
  // A named database is no business of the data directory.
  const opened = await openLocalDatabase(isNamed ? { dataDir: "memory", databaseUrl } : { dataDir });
  try {
    return await doWork(work, opened, opened.description);
  } finally {
    await opened.close();
  }
}

/** Throws CliError if neither DATABASE_URL nor a running process nor `dataDir` has a database for a command. */
export async function requireDatabase(dataDir: string): Promise<void> {
  if (!process.env.DATABASE_URL && !(await findRunningDatabase(dataDir))) requireData(dataDir);
}

/** Throws CliError if no database is kept in `dataDir`. */
function requireData(dataDir: string): void {
  if (existsSync(databaseIn(dataDir))) return;
  throw new CliError(
    `There is no database in ${resolve(dataDir)}. Check the name; npm start makes one, and so does npm run upgrade in .data.`,
  );
}

/**
 * A client for a database that `openLocalDatabase` or `findRunningDatabase` gave, for at most five minutes.
 */
export function clientFor({ url, endpoint }: RunningDatabase): Database {
  return createDatabase({
    DATABASE_URL: url,
    DATABASE_ENDPOINT: endpoint,
    DATABASE_TIMEOUT_MS: TIMEOUT_MS,
  });
}

async function doWork<Result>(
  work: (db: Database, description: string) => Promise<Result>,
  database: RunningDatabase,
  description: string,
): Promise<Result> {
  try {
    return await work(clientFor(database), description);
  } catch (error) {
    // Drizzle puts its own error around the one that says so.
    const isUnreachable = [...causesOf(error)].some(
      (cause) => cause instanceof AppError && cause.code === "DATABASE_CONNECTION_ERROR",
    );
    if (!isUnreachable) throw error;
    throw new CliError(`No answer from ${description}.`, { cause: error });
  }
}
