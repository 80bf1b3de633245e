import { connect } from "node:net";
import pg from "pg";
import { invariant } from "../../core/errors.ts";
import { CliError } from "../output.ts";
import { keepStatements } from "./kept-statements.ts";
import { sendPipeline } from "./pipeline.ts";
import {
  AnswerRefused,
  BackendUnreachable,
  type SqlBackend,
  SqlError,
  type SqlStatement,
} from "./sql-backend.ts";

const CONNECTIONS_MAX = 20;
/** A new connection compiles and plans each function again, which takes more of PostgreSQL's time than many requests. */
const IDLE_MS_MAX = 10 * 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const VERSION_MIN = 14;

/** Start of a CancelRequest of Postgres' protocol: its length of 16 bytes, and its code. */
const CANCEL_REQUEST = [16, 80_877_102];

/** Session settings of Neon's own connections: defaults of a server must not change the text of values. */
const SESSION_SETTINGS = "SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres'";

const COMMIT: SqlStatement = { query: "COMMIT", params: [] };

/** A backend on a running PostgreSQL server, with the server's version, such as 16.4. */
export interface PostgresBackend extends SqlBackend {
  version: string;
}

/** Options of connectPostgres. */
interface PostgresOptions {
  /** Maximum number of connections. */
  connections?: number;
  /** Name of the connections in PostgreSQL's views. */
  applicationName?: string;
}

/**
 * Connects to the PostgreSQL server at `url`, with a connection for each running request. Reconnects after the
 * server was unavailable. Throws CliError, without the password, if the server can't be reached within 5 s, refuses, or is too old.
 */
export async function connectPostgres(
  url: string,
  { connections = CONNECTIONS_MAX, applicationName }: PostgresOptions = {},
): Promise<PostgresBackend> {
  const target = describeTarget(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: IDLE_MS_MAX,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    onConnect: (client) => client.query(SESSION_SETTINGS),
  });
  // The pool replaces an idle connection that breaks; without a listener, its error would end the process.
  pool.on("error", () => {});
  try {
    const { rows } = await pool.query<{ server_version: string }>("SHOW server_version");
    const version = rows[0]?.server_version.split(" ", 1)[0] ?? "";
    if (Number.parseInt(version, 10) < VERSION_MIN) {
      throw new CliError(`${target} is version ${version}. PostgreSQL ${VERSION_MIN} or newer is required.`);
    }
    return { ...postgresBackend(pool), version };
  } catch (error) {
    await pool.end();
    throw error instanceof CliError ? error : new CliError(`${target} ${reasonOf(error)}`, { cause: error });
  }
}

function postgresBackend(pool: pg.Pool): SqlBackend {
  const kept = keepStatements();
  return {
    query: (statement, signal) =>
      onConnection(pool, signal, async (client) => {
        const [result] = await sendPipeline(client, [statement], kept);
        return invariant(result, "expected one result for a statement");
      }),
    transaction: (statements, begin, { signal, acceptResults } = {}) =>
      onConnection(pool, signal, async (client) => {
        const commands = [{ query: begin, params: [] }, ...statements, COMMIT];
        const results = (await sendPipeline(client, commands, kept)).slice(1, -1);
        acceptResults?.(results);
        return results;
      }),
    close: () => pool.end(),
  };
}

async function onConnection<Result>(
  pool: pg.Pool,
  signal: AbortSignal | undefined,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((cause) => {
    throw new BackendUnreachable(`Couldn't connect to the database server: it ${reasonOf(cause)}`, {
      cause,
      wasConnected: false,
    });
  });
  if (signal?.aborted) {
    client.release();
    throw new BackendUnreachable("The request was canceled.", { wasConnected: true });
  }
  const giveUp = () => abandon(client);
  signal?.addEventListener("abort", giveUp);
  // A connection that breaks while it is in use also emits an error event. The query reports the failure, so the event is ignored.
  const ignore = () => {};
  client.on("error", ignore);
  let isUsable = false;
  try {
    const result = await work(client);
    isUsable = true;
    return result;
  } catch (error) {
    if (error instanceof AnswerRefused) {
      isUsable = true;
      throw error;
    }
    if (!(error instanceof pg.DatabaseError)) {
      throw new BackendUnreachable(`The connection to the database server broke: it ${reasonOf(error)}`, {
        cause: error,
        wasConnected: true,
      });
    }
    // Anything worse than an error of the statement ends the connection, but not immediately.
    isUsable = error.severity === "ERROR" && (await rollBack(client));
    throw new SqlError(error);
  } finally {
    signal?.removeEventListener("abort", giveUp);
    client.off("error", ignore);
    // A transaction that a statement left open must not reach the next request.
    client.release(!isUsable || client.getTransactionStatus() !== "I");
  }
}

/**
 * Rolls back after an error, once the server is ready again, and returns true if the connection is still usable. Without a
 * transaction, the server only notes that none is open.
 */
const rollBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query("ROLLBACK").then(
    () => true,
    () => false,
  );

/**
 * Closes a connection, and makes the server stop the statement that runs on it, as Neon does. Otherwise, abandoned work would accumulate on
 * a slow server, which notices a closed connection only when it sends something.
 */
function abandon(client: pg.PoolClient): void {
  // The types of pg leave out the key that the server sent at the start, which identifies the connection.
  const { host, port, processID, secretKey } = client as pg.PoolClient & CancelKey;
  const request = Buffer.alloc(16);
  for (const [index, word] of [...CANCEL_REQUEST, processID, secretKey].entries())
    request.writeInt32BE(word, 4 * index);
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  // The request gets no answer, and a server that can't be reached has nothing to stop.
  socket.on("error", () => {}).setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy());
  socket.end(request);
  client.connection.stream.destroy();
}

interface CancelKey {
  processID: number;
  secretKey: number;
}

/** Names the server and database of `url` in messages. */
function describeTarget(url: string): string {
  const { host, pathname } = new URL(url);
  return `PostgreSQL at ${host || "its socket"}${pathname}`;
}

/** Explains why a connection failed, in words that follow the name of the server. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case "ECONNREFUSED":
      return "refused the connection. Is the server running?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "can't be found. Check the host name.";
    case "28P01":
    case "28000":
      return "refused the user name or password.";
    case "3D000":
      return "doesn't have this database.";
    default:
      return /timeout/.test(message ?? "") ? "did not answer within 5 s." : `failed: ${message ?? code}`;
  }
}
