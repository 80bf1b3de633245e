import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messages, type PGlite, protocol } from "@electric-sql/pglite";
import { CliError } from "../output.ts";
import { createDatabase, openDatabase } from "./embedded-database.ts";
import {
  AnswerRefused,
  BackendUnreachable,
  type SqlBackend,
  SqlError,
  type SqlResult,
  type SqlStatement,
} from "./sql-backend.ts";

const { serialize } = protocol;

/** Postgres' default of checkpoint_timeout. */
const CHECKPOINT_SECONDS = 300;

/**
 * Returns a backend on Postgres in WebAssembly, in this process. It has one connection, so requests run one after another. It uses
 * Postgres' wire protocol, in which parameters and rows are text.
 */
export function pgliteBackend(pglite: PGlite, checkpointSeconds: number = CHECKPOINT_SECONDS): SqlBackend {
  const stopCheckpoints = checkpointRegularly(pglite, checkpointSeconds);
  return {
    query: (statement, signal) => exclusively(pglite, () => execute(pglite, statement), signal),
    transaction: (statements, begin, { signal, acceptResults } = {}) =>
      exclusively(
        pglite,
        async () => {
          await execute(pglite, { query: begin, params: [] });
          const results: SqlResult[] = [];
          for (const statement of statements) results.push(await execute(pglite, statement));
          acceptResults?.(results);
          await execute(pglite, { query: "COMMIT", params: [] });
          return results;
        },
        signal,
      ),
    async close() {
      stopCheckpoints();
      await pglite.close();
    },
  };
}

/**
 * Opens the database in the directory `path`, or in memory, and creates it if it is missing. The caller ensures that no other process has
 * it open.
 * Acknowledged writes survive the death of the process, but not a power failure, since PGlite never syncs to disk. Throws CliError if
 * the database can't be opened.
 */
export async function openPglite(path: string | undefined): Promise<PGlite> {
  if (path === undefined) return createDatabase(undefined);
  // A first start that was killed leaves an incomplete database, which would look like a complete one.
  const incomplete = `${path}.incomplete`;
  if (await exists(incomplete)) await rm(path, { recursive: true, force: true });
  const isNew = !(await exists(join(path, "PG_VERSION")));
  try {
    if (isNew) {
      await writeFile(incomplete, "The database next to this file is not complete.\n");
      // PGlite creates its files readable by all users.
      await mkdir(path, { recursive: true, mode: 0o700 });
    }
    if (!isNew) return await openDatabase(path);
    const pglite = await createDatabase(path);
    await rm(incomplete);
    return pglite;
  } catch (cause) {
    throw new CliError(`The database in ${path} can't be opened. Move it away, then start again.`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function exclusively<Result>(
  pglite: PGlite,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  try {
    return await pglite.runExclusive(async () => {
      if (!pglite.ready)
        throw new BackendUnreachable("The local database is closed.", { wasConnected: false });
      if (signal?.aborted) throw new BackendUnreachable("The request was canceled.", { wasConnected: true });
      try {
        return await work();
      } finally {
        // A transaction that a statement or a failure left open must not reach the next request.
        if (pglite.isInTransaction()) await execute(pglite, { query: "ROLLBACK", params: [] });
      }
    });
  } catch (error) {
    const isKnown = [SqlError, BackendUnreachable, AnswerRefused].some((kind) => error instanceof kind);
    throw isKnown
      ? error
      : new BackendUnreachable(`The local database failed: ${error}`, { cause: error, wasConnected: true });
  }
}

async function execute(pglite: PGlite, { query, params }: SqlStatement): Promise<SqlResult> {
  const request = Buffer.concat([
    serialize.parse({ text: query }),
    serialize.bind({ values: params }),
    serialize.describe({ type: "P" }),
    serialize.execute({}),
    serialize.sync(),
  ]);
  return readResult(await pglite.execProtocolStream(request, { throwOnError: false }));
}

function readResult(answer: Awaited<ReturnType<PGlite["execProtocolStream"]>>): SqlResult {
  const result: SqlResult = { command: "", rowCount: null, fields: [], rows: [] };
  for (const message of answer) {
    if (message instanceof messages.DatabaseError) throw new SqlError(message);
    if (message instanceof messages.RowDescriptionMessage) {
      result.fields = message.fields.map((field) => ({ ...field, format: "text" }));
    } else if (message instanceof messages.DataRowMessage) {
      result.rows.push(message.fields);
    } else if (message instanceof messages.CommandCompleteMessage) {
      // "INSERT 0 5", "SELECT 2", "CREATE TABLE"
      const words = message.text.split(" ");
      const count = Number(words.at(-1));
      result.command = words[0] ?? "";
      result.rowCount = Number.isNaN(count) ? null : count;
    }
  }
  return result;
}

/**
 * Starts regular checkpoints, and returns a function that stops them. PGlite has no background process, so its log would otherwise
 * grow until the database is closed, and opening it after a crash would replay the whole log.
 */
function checkpointRegularly(pglite: PGlite, seconds: number): () => void {
  const checkpoint = () => exclusively(pglite, () => execute(pglite, { query: "CHECKPOINT", params: [] }));
  const timer = setInterval(() => checkpoint().catch(() => {}), seconds * 1000);
  timer.unref();
  return () => clearInterval(timer);
}
