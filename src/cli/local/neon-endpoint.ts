import { createHash, timingSafeEqual } from "node:crypto";
import { json, serveLocally } from "./local-server.ts";
import {
  BackendUnreachable,
  type SqlBackend,
  SqlError,
  type SqlResult,
  type SqlStatement,
} from "./sql-backend.ts";

export interface NeonEndpoint {
  port: number;
  /** The address to post to, http://127.0.0.1:PORT/sql. */
  url: string;
  close(): Promise<void>;
}

interface EndpointOptions {
  /** Port to listen on; 0 for any free one. */
  port: number;
  /** The password that a connection string must carry; any will do if undefined. */
  password?: string | undefined;
}

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const ISOLATION_LEVELS: Record<string, string> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/**
 * The answer to one request of Neon's HTTP driver (@neondatabase/serverless): `{query, params}` runs alone,
 * `{queries}` in one transaction. Status 400 carries an error of Postgres with its fields, 503 says that the
 * backend can't be reached; the driver throws a NeonDbError for both, the second without a `code`. What
 * runs is stopped when `request` is aborted. Never rejects.
 */
export async function answerNeonRequest(
  request: Request,
  backend: SqlBackend,
  password?: string | undefined,
): Promise<Response> {
  const refusal = refuse(request, password);
  if (refusal) return refusal;
  try {
    const body: unknown = await request.json();
    if (isObject(body) && Array.isArray(body.queries)) {
      const results = await backend.transaction(
        body.queries.map(parseStatement),
        beginCommand(request.headers),
        request.signal,
      );
      return json(200, { results: results.map(resultBody) });
    }
    return json(200, resultBody(await backend.query(parseStatement(body), request.signal)));
  } catch (error) {
    return errorResponse(error);
  }
}

/**
 * An HTTP server on 127.0.0.1 that answers as `answerNeonRequest` does. Closing it lets running requests
 * finish, for 5 s at most, and leaves `backend` open. Throws CliError if the port is taken.
 */
export async function serveNeonEndpoint(
  backend: SqlBackend,
  { port, password }: EndpointOptions,
): Promise<NeonEndpoint> {
  const answer = (request: Request) => answerNeonRequest(request, backend, password);
  const { url, port: boundPort, close } = await serveLocally(answer, { port, bodyBytesMax: BODY_BYTES_MAX });
  return { port: boundPort, url: `${url}/sql`, close };
}

function refuse(request: Request, password: string | undefined): Response | undefined {
  if (new URL(request.url).pathname !== "/sql") return json(404, { message: "Post to /sql." });
  if (request.method !== "POST") return json(405, { message: "Post to /sql." });
  // A web page can't send this header to another origin without asking first, and nobody answers that it may.
  const connectionString = request.headers.get("Neon-Connection-String");
  if (!connectionString) return json(400, { message: "The header Neon-Connection-String is missing." });
  for (const name of ["Neon-Raw-Text-Output", "Neon-Array-Mode"]) {
    if (request.headers.get(name) !== "true")
      return json(400, { message: `The header ${name} must be "true".` });
  }
  if (password !== undefined && !sameSecret(passwordOf(connectionString), password)) {
    return json(400, { message: "password authentication failed", code: "28P01", severity: "FATAL" });
  }
  return undefined;
}

function passwordOf(connectionString: string): string {
  try {
    return decodeURIComponent(new URL(connectionString).password);
  } catch {
    return "";
  }
}

function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((secret) => createHash("sha256").update(secret).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function parseStatement(value: unknown): SqlStatement {
  if (!isObject(value) || typeof value.query !== "string") throw new MalformedRequest("A query is missing.");
  const params = value.params ?? [];
  if (!Array.isArray(params)) throw new MalformedRequest("The parameters must be an array.");
  return { query: value.query, params: params.map(parseParameter) };
}

/** The driver sends text or null; another client's number or boolean is put as Postgres reads it. */
function parseParameter(value: unknown): string | null {
  if (value === null || typeof value === "string") return value;
  return JSON.stringify(value);
}

/** Nothing asks for leave to write: a server that is read-only by default stays so, and a standby would refuse. */
function beginCommand(headers: Headers): string {
  const level = headers.get("Neon-Batch-Isolation-Level");
  const isolation = level === null ? "READ COMMITTED" : ISOLATION_LEVELS[level];
  if (!isolation) throw new MalformedRequest(`Unknown isolation level ${level}.`);
  const access = headers.get("Neon-Batch-Read-Only") === "true" ? ", READ ONLY" : "";
  const deferrable = headers.get("Neon-Batch-Deferrable") === "true" ? "DEFERRABLE" : "NOT DEFERRABLE";
  return `BEGIN ISOLATION LEVEL ${isolation}${access}, ${deferrable}`;
}

function resultBody(result: SqlResult) {
  return { ...result, rowAsArray: true };
}

function errorResponse(error: unknown): Response {
  if (error instanceof SqlError) return json(400, { message: error.message, ...error.fields });
  if (error instanceof MalformedRequest || error instanceof SyntaxError)
    return json(400, { message: error.message });
  if (error instanceof BackendUnreachable) return json(503, { message: error.message });
  return json(500, { message: error instanceof Error ? error.message : String(error) });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

class MalformedRequest extends Error {}
