import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { AppError, causesOf } from "../../core/errors.ts";
import { createDatabase, type Database } from "../../database/client.ts";
import { CliError } from "../output.ts";
import { DATA_DIR } from "./data-directory.ts";
import { findRunningDatabase, type RunningDatabase } from "./data-lock.ts";
import { databaseIn, openLocalDatabase } from "./local-database.ts";

/** Limit for migrations and seeds, which may take longer than requests: the time that Node waits for the headers of an answer. */
const TIMEOUT_MS = 5 * 60_000;

interface WithDatabaseOptions {
  databaseUrl?: string | undefined;
  dataDir?: string | undefined;
  /** True to create a missing embedded database. Otherwise it is an error, such as a mistyped directory. */
  mayCreate?: boolean;
}

/**
 * Runs `work` on the database of a command: the database that DATABASE_URL names, otherwise that of a running `npm start` or
 * `npm run db`, otherwise the embedded database in `dataDir`, which is opened, and closed afterwards. `work` also gets a description of
 * the database for messages. Throws CliError if the database is missing or can't be reached.
 */
export async function withDatabase<Result>(
  work: (db: Database, description: string) => Promise<Result>,
  { databaseUrl = process.env.DATABASE_URL, dataDir = DATA_DIR, mayCreate = false }: WithDatabaseOptions = {},
): Promise<Result> {
  // An empty variable counts as unset.
  const isNamed = databaseUrl !== undefined && databaseUrl !== "";
  const running = isNamed ? undefined : await findRunningDatabase(dataDir);
  if (running) return runWork(work, running, "the running database");
  if (!isNamed && !mayCreate) requireData(dataDir);
  // A database of DATABASE_URL does not need the data directory.
  const opened = await openLocalDatabase(isNamed ? { dataDir: "memory", databaseUrl } : { dataDir });
  try {
    return await runWork(work, opened, opened.description);
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
    `No database in ${resolve(dataDir)}. Check the name, or run npm start to create one (in .data, npm run upgrade also does).`,
  );
}

/** Returns a client for a database of `openLocalDatabase` or `findRunningDatabase`, with a timeout of five minutes. */
export function clientFor({ url, endpoint }: RunningDatabase): Database {
  return createDatabase({
    DATABASE_URL: url,
    DATABASE_ENDPOINT: endpoint,
    DATABASE_TIMEOUT_MS: TIMEOUT_MS,
  });
}

async function runWork<Result>(
  work: (db: Database, description: string) => Promise<Result>,
  database: RunningDatabase,
  description: string,
): Promise<Result> {
  try {
    return await work(clientFor(database), description);
  } catch (error) {
    // Drizzle wraps the error that says so.
    const isUnreachable = [...causesOf(error)].some(
      (cause) => cause instanceof AppError && cause.code === "DATABASE_CONNECTION_ERROR",
    );
    if (!isUnreachable) throw error;
    throw new CliError(`No answer from ${description}.`, { cause: error });
  }
}
