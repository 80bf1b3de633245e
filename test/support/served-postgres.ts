import pg from "pg";
import { serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import type { SqlBackend, SqlStatement } from "../../src/cli/local/sql-backend.ts";
import { parseSettings, type Settings } from "../../src/core/config.ts";
import { createDatabase, type Database } from "../../src/database/client.ts";
import { startPostgres } from "./postgres-server.ts";

/** A migrated database on a separate PostgreSQL server, with the client of the Worker and a client of a superuser. */
export interface ServedPostgres {
  url: string;
  db: Database;
  settings: Settings;
  client: pg.Client;
  /** Statements that `db` sent. A test may clear the list. */
  sent: SqlStatement[];
  close(): Promise<void>;
}

/** Starts a PostgreSQL server with a migrated database `name`, and serves it like Neon. */
export async function servePostgres(name: string): Promise<ServedPostgres> {
  const postgres = await startPostgres();
  const url = await postgres.createMigratedDatabase(name);
  const client = new pg.Client(url);
  await client.connect();
  const backend = await connectPostgres(url);
  const sent: SqlStatement[] = [];
  const recording: SqlBackend = {
    ...backend,
    query(statement, signal) {
      sent.push(statement);
      return backend.query(statement, signal);
    },
    transaction(statements, begin, signal) {
      sent.push(...statements);
      return backend.transaction(statements, begin, signal);
    },
  };
  const endpoint = await serveNeonEndpoint(recording, { port: 0, password: name });
  const settings = parseSettings({
    ENVIRONMENT: "development",
    LOG_LEVEL: "error",
    AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
    DATABASE_URL: `postgres://postgres:${name}@127.0.0.1:5432/${name}`,
    DATABASE_ENDPOINT: endpoint.url,
    DATABASE_TIMEOUT_MS: "60000",
  });
  return {
    url,
    db: createDatabase(settings),
    settings,
    client,
    sent,
    async close() {
      await endpoint.close();
      await backend.close();
      await client.end();
      await postgres.stop();
    },
  };
}
