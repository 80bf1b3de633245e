import { connectPostgres } from "../cli/local/postgres-backend.ts";
import { listPending, migrateUp } from "../cli/migrations/migrations.ts";
import { CliError } from "../cli/output.ts";
import { createDatabase, type Database } from "../database/client.ts";
import { COMMAND_URL, connectInProcess } from "./database.ts";
import { MIGRATIONS } from "./places.ts";
import type { ServerSettings } from "./settings.ts";

/** Time in which the database must answer a statement of a migration. */
const TIMEOUT_MS = 60 * 60_000;

/**
 * Applies the pending migrations if MIGRATION_DATABASE_URL is set, and returns their tags. Each migration takes an advisory lock, so any
 * number of instances may start at the same time. A schema that is newer than this release is accepted: releases work with the schema of
 * the next one.
 *
 * @throws CliError with the command that migrates, if migrations are pending and the setting is missing
 */
export async function prepareSchema(
  { migrationDatabaseUrl }: ServerSettings,
  db: Database,
): Promise<string[]> {
  const pending = await listPending(db, MIGRATIONS);
  if (pending.length === 0) return [];
  if (migrationDatabaseUrl !== undefined)
    return withRole(migrationDatabaseUrl, (owner) => migrateUp(owner, MIGRATIONS));
  throw pendingError(pending);
}

/** Throws CliError with the command that migrates, if the database lacks a migration of this version. */
export async function requireMigrated(db: Database): Promise<void> {
  const pending = await listPending(db, MIGRATIONS);
  if (pending.length > 0) throw pendingError(pending);
}

function pendingError({ length }: string[]): CliError {
  const count = length === 1 ? "1 migration" : `${length} migrations`;
  return new CliError(
    `The database lacks ${count}. Run node dist/server.js migrate with MIGRATION_DATABASE_URL, or set it for the server.`,
  );
}

/** Runs `work` of a command as the role of `url`. @throws CliError if the database can't be reached */
export async function withRole<Result>(
  url: string,
  work: (db: Database, description: string) => Promise<Result>,
): Promise<Result> {
  const backend = await connectPostgres(url, {
    connections: 2,
    applicationName: "productivity-tracker command",
  });
  connectInProcess(COMMAND_URL, backend);
  try {
    const db = createDatabase({ DATABASE_URL: COMMAND_URL, DATABASE_TIMEOUT_MS: TIMEOUT_MS });
    return await work(db, describe(url, backend.version));
  } finally {
    await backend.close();
  }
}

function describe(url: string, version: string): string {
  const { host, pathname } = new URL(url);
  return `PostgreSQL ${version} at ${host}${pathname}`;
}
