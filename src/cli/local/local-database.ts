import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { neon } from "@neondatabase/serverless";
import { CliError } from "../output.ts";
import { acquireDataLock } from "./data-lock.ts";
import { serveNeonEndpoint } from "./neon-endpoint.ts";
import { connectPostgres } from "./postgres-backend.ts";
import type { SqlBackend } from "./sql-backend.ts";

/** A database that the Neon driver can use. */
export interface LocalDatabase {
  /** Connection string for the Neon driver. */
  url: string;
  /** URL that the driver must post to, http://127.0.0.1:PORT/sql; undefined for Neon itself. */
  endpoint: string | undefined;
  /** Kind and location of the database, for messages, without the password. */
  description: string;
  /** Lets running queries finish, stops listening, and shuts the database down. */
  close(): Promise<void>;
}

/** Options of openLocalDatabase. */
export interface LocalDatabaseOptions {
  /** Directory that holds the data and is locked, or "memory" to keep nothing and lock nothing. */
  dataDir: string;
  /** URL of a database to use instead of the embedded one. */
  databaseUrl?: string | undefined;
  /** Port to listen on at 127.0.0.1; a free port if undefined. */
  port?: number | undefined;
  /** Password that the connection string must contain; a random password if undefined. */
  password?: string | undefined;
}

const NEON_TIMEOUT_MS = 15_000;

/** Returns the directory of the embedded database in `dataDir`. */
export const databaseIn = (dataDir: string): string => join(dataDir, "postgres");

/**
 * Opens the database for local use, behind an endpoint that speaks Neon's protocol: Postgres in this process (PGlite) with its data
 * in `dataDir`, or the PostgreSQL server at `databaseUrl`. A database at Neon is used directly. Throws CliError if the directory or the
 * port is in use, or the database can't be reached.
 */
export async function openLocalDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const { dataDir, databaseUrl } = options;
  const lock = dataDir === "memory" ? undefined : await acquireDataLock(dataDir);
  try {
    const database = isNeon(databaseUrl) ? await useNeon(databaseUrl) : await serveBackend(options);
    await lock?.announce(database);
    return { ...database, close: () => runAll(database.close, lock?.release) };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

async function serveBackend(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const { backend, name, description } = await openBackend(options);
  try {
    const password = options.password ?? randomBytes(16).toString("hex");
    const endpoint = await serveNeonEndpoint(backend, { port: options.port ?? 0, password });
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${endpoint.port}/${name}`,
      endpoint: endpoint.url,
      description,
      close: () => runAll(endpoint.close, backend.close),
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

interface OpenBackend {
  backend: SqlBackend;
  /** Name of the database. */
  name: string;
  description: string;
}

async function openBackend({ dataDir, databaseUrl }: LocalDatabaseOptions): Promise<OpenBackend> {
  if (databaseUrl !== undefined) {
    const { host, pathname } = parseDatabaseUrl(databaseUrl);
    const backend = await connectPostgres(databaseUrl);
    const name = pathname.slice(1) || "postgres";
    return { backend, name, description: `PostgreSQL ${backend.version} at ${host}/${name}` };
  }
  const isKept = dataDir !== "memory";
  // Only loaded if it is used: it takes much memory.
  const { openPglite, pgliteBackend } = await import("./pglite-backend.ts");
  const pglite = await openPglite(isKept ? databaseIn(dataDir) : undefined);
  return {
    backend: pgliteBackend(pglite),
    name: "postgres",
    description: isKept ? `embedded Postgres, kept in ${dataDir}` : "embedded Postgres, kept in memory only",
  };
}

function isNeon(databaseUrl: string | undefined): databaseUrl is string {
  return databaseUrl !== undefined && parseDatabaseUrl(databaseUrl).hostname.endsWith(".neon.tech");
}

async function useNeon(url: string): Promise<LocalDatabase> {
  const { host, pathname } = parseDatabaseUrl(url);
  const description = `Neon at ${host}${pathname}`;
  try {
    await neon(url, { fetchOptions: { signal: AbortSignal.timeout(NEON_TIMEOUT_MS) } })`select 1`;
  } catch (cause) {
    throw new CliError(`${description} can't be used: ${(cause as Error).message}`, { cause });
  }
  return { url, endpoint: undefined, description, close: async () => {} };
}

function parseDatabaseUrl(databaseUrl: string): URL {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new CliError(
    "DATABASE_URL must look like postgres://user:password@host:5432/name (percent-encode special characters).",
  );
}

/** Runs every step in order, even after a failure; then rejects with the first failure. */
async function runAll(...steps: ((() => Promise<void>) | undefined)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step?.().catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
