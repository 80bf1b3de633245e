import { serveNeonEndpoint } from "../../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../../src/cli/local/postgres-backend.ts";
import type { SqlBackend, SqlStatement } from "../../../src/cli/local/sql-backend.ts";
import { createDatabase, type Database } from "../../../src/database/client.ts";

/** A client of a database that records the statements it sends. */
export interface Recorder {
  db: Database;
  /** Returns the statements that `work` sends. */
  statementsOf: (work: () => Promise<unknown>) => Promise<SqlStatement[]>;
  close: () => Promise<void>;
}

/** Opens a client of the database at `url` that records the statements it sends. */
export async function openRecorder(url: string): Promise<Recorder> {
  const backend = await connectPostgres(url);
  const sent: SqlStatement[] = [];
  const record: SqlBackend = {
    ...backend,
    query: (statement, signal) => {
      sent.push(statement);
      return backend.query(statement, signal);
    },
    transaction: (statements, begin, options) => {
      sent.push(...statements);
      return backend.transaction(statements, begin, options);
    },
  };
  const endpoint = await serveNeonEndpoint(record, { port: 0, password: "bench" });
  const db = createDatabase({
    DATABASE_URL: "postgres://postgres:bench@127.0.0.1:5432/bench",
    DATABASE_ENDPOINT: endpoint.url,
    DATABASE_TIMEOUT_MS: 600_000,
  });
  return {
    db,
    statementsOf: async (work) => {
      sent.length = 0;
      await work();
      return [...sent];
    },
    close: async () => {
      await endpoint.close();
      await backend.close();
    },
  };
}
