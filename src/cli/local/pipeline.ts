import type pg from "pg";
import type { KeptStatements, Sending } from "./kept-statements.ts";
import type { SqlField, SqlResult, SqlStatement } from "./sql-backend.ts";

/** Messages of Postgres' protocol, as pg gives them to the object that awaits them. */
interface RowDescription {
  fields: Omit<SqlField, "format">[];
}
interface DataRow {
  fields: (string | null)[];
}
interface CommandComplete {
  text: string;
}

/**
 * Sends `statements` to the server in one write, followed by a single Sync, and returns their results: one round trip for all of them.
 * After an error the server skips the rest, so a statement never runs if one before it failed, even a BEGIN. Rejects with pg's error,
 * which is that of the first statement to fail. Then a transaction may be left open. Statements that `kept` has are not parsed again;
 * if one of them is out of date, such as after a migration, nothing was done, and all are sent a second time.
 */
export async function sendPipeline(
  client: pg.ClientBase,
  statements: readonly SqlStatement[],
  kept: KeptStatements,
): Promise<SqlResult[]> {
  const send = () =>
    new Promise<SqlResult[]>((resolve, reject) => {
      const sent = statements.map((statement) => kept.sendingOf(client, statement));
      client.query(new Pipeline(sent, resolve, reject));
    });
  try {
    return await send();
  } catch (error) {
    if (!kept.forgetAfter(client, error)) throw error;
  }
  await client.query("ROLLBACK");
  return send();
}

/** A method of pg's connections that its types leave out. */
type Closing = pg.Connection & { close(what: { type: "S"; name: string }): void };

/** A query in pg's queue, which calls the methods as the server's messages arrive. */
class Pipeline implements pg.Submittable {
  readonly #statements: readonly Sending[];
  readonly #resolve: (results: SqlResult[]) => void;
  readonly #reject: (error: Error) => void;
  readonly #results: SqlResult[] = [];
  #current = emptyResult();

  constructor(
    statements: readonly Sending[],
    resolve: (results: SqlResult[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#statements = statements;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: pg.Connection): void {
    // Corked, so that the messages leave in one write.
    connection.stream.cork();
    // The types of pg have a second parameter, which it ignores.
    for (const { query, params, kept, closed } of this.#statements) {
      const statement = kept?.name ?? "";
      for (const name of closed) (connection as Closing).close({ type: "S", name });
      if (!kept?.fields) connection.parse({ name: statement, text: query, types: [] }, true);
      connection.bind({ statement, values: params }, true);
      if (!kept?.fields) connection.describe({ type: "P" }, true);
      connection.execute({}, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#current.fields = fields.map((field) => ({ ...field, format: "text" }));
  }

  handleDataRow({ fields }: DataRow): void {
    this.#current.rows.push(fields);
  }

  /** Reads a command tag, such as "INSERT 0 5", "SELECT 2" or "CREATE TABLE". */
  handleCommandComplete({ text }: CommandComplete): void {
    const words = text.split(" ");
    const count = Number(words.at(-1));
    this.#current.command = words[0] ?? "";
    this.#current.rowCount = Number.isNaN(count) ? null : count;
    this.#finishStatement();
  }

  handleEmptyQuery(): void {
    this.#finishStatement();
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#results);
  }

  /** Refuses a COPY from the client. */
  handleCopyInResponse(connection: pg.Connection & { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail("No source stream defined");
  }

  /** Ignores the data of a COPY to the client. */
  handleCopyData(): void {}

  #finishStatement(): void {
    const kept = this.#statements[this.#results.length]?.kept;
    if (kept?.fields) this.#current.fields = kept.fields;
    else if (kept) kept.fields = this.#current.fields;
    this.#results.push(this.#current);
    this.#current = emptyResult();
  }
}

const emptyResult = (): SqlResult => ({ command: "", rowCount: null, fields: [], rows: [] });
