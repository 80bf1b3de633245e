import { createHash, timingSafeEqual } from "node:crypto";
import { PROXY_BYTES } from "../../database/proxy-limits.ts";
import { json, serveLocally } from "./local-server.ts";
import {
  AnswerRefused,
  BackendUnreachable,
  ERROR_FIELDS,
  type SqlBackend,
  SqlError,
  type SqlErrorFields,
  type SqlResult,
  type SqlStatement,
} from "./sql-backend.ts";

/** A local server that stands for Neon's proxy. */
export interface NeonEndpoint {
  port: number;
  /** URL to post to, http://127.0.0.1:PORT/sql. */
  url: string;
  close(): Promise<void>;
}

interface EndpointOptions {
  /** Port to listen on; 0 for any free port. */
  port: number;
  /** Password that a connection string must contain; undefined accepts any. */
  password?: string | undefined;
}

const AS_JSON = { headers: { "Content-Type": "application/json" } };
const ISOLATION_LEVELS: Record<string, string> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/**
 * Answers one request of Neon's HTTP driver (@neondatabase/serverless): runs `{query, params}` by itself, and `{queries}` in one
 * transaction. Reports failures as Neon's proxy does: 400 with an error of Postgres, or without an SQLSTATE if a connection broke or the
 * password is wrong; 500 if no connection was made; 413 and 507 if a request or an answer is too large. Stops the statements when
 * `request` is aborted. Never rejects.
 */
export async function answerNeonRequest(
  request: Request,
  backend: SqlBackend,
  password?: string | undefined,
): Promise<Response> {
  const rejection = rejectRequest(request, password);
  if (rejection) return rejection;
  try {
    const text = await request.text();
    if (Buffer.byteLength(text) > PROXY_BYTES)
      return failure(413, `request is too large (max is ${PROXY_BYTES} bytes)`);
    return await answerBody(parseBody(text), request, backend);
  } catch (error) {
    return errorResponse(error);
  }
}

async function answerBody(
  body: unknown,
  { headers, signal }: Request,
  backend: SqlBackend,
): Promise<Response> {
  if (!isObject(body) || !Array.isArray(body.queries))
    return new Response(textOf(resultBody(await backend.query(parseStatement(body), signal))), AS_JSON);
  let text = "";
  await backend.transaction(body.queries.map(parseStatement), beginCommand(headers), {
    signal,
    acceptResults: (results) => {
      text = textOf({ results: results.map(resultBody) });
    },
  });
  return new Response(text, AS_JSON);
}

/** Returns the text of an answer. Throws AnswerRefused if it is too large. */
function textOf(answer: unknown): string {
  const text = JSON.stringify(answer);
  if (Buffer.byteLength(text) > PROXY_BYTES)
    throw new AnswerRefused(`response is too large (max is ${PROXY_BYTES} bytes)`);
  return text;
}

/**
 * Starts an HTTP server on 127.0.0.1 that answers as `answerNeonRequest` does. Closing it lets running requests finish, for at most
 * 5 s, and leaves `backend` open. Throws CliError if the port is in use.
 */
export async function serveNeonEndpoint(
  backend: SqlBackend,
  { port, password }: EndpointOptions,
): Promise<NeonEndpoint> {
  const answer = (request: Request) => answerNeonRequest(request, backend, password);
  const { url, port: boundPort, close } = await serveLocally(answer, { port, bodyBytesMax: PROXY_BYTES });
  return { port: boundPort, url: `${url}/sql`, close };
}

function rejectRequest(request: Request, password: string | undefined): Response | undefined {
  if (new URL(request.url).pathname !== "/sql") return json(404, { message: "Send POST requests to /sql." });
  if (request.method !== "POST") return json(405, { message: "Send POST requests to /sql." });
  // A web page can't send this header to another origin without a CORS preflight, which this server never allows.
  const connectionString = request.headers.get("Neon-Connection-String");
  if (!connectionString) return failure(400, "The header Neon-Connection-String is missing.");
  for (const name of ["Neon-Raw-Text-Output", "Neon-Array-Mode"]) {
    if (request.headers.get(name) !== "true") return failure(400, `The header ${name} must be "true".`);
  }
  if (password === undefined) return undefined;
  const given = readCredentials(connectionString);
  if (sameSecret(given.password, password)) return undefined;
  return failure(400, `password authentication failed for user '${given.username}'`);
}

function readCredentials(connectionString: string) {
  try {
    const { username, password } = new URL(connectionString);
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return { username: "", password: "" };
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

/** Returns a parameter as text. The driver sends text or null; values of other clients become the text that Postgres reads. */
function parseParameter(value: unknown): string | null {
  if (value === null || typeof value === "string") return value;
  return JSON.stringify(value);
}

/**
 * Returns the BEGIN statement for a batch. It never asks for READ WRITE: a server that is read-only by default stays so, and a standby
 * would refuse. The isolation level is the database's default, unless the driver names one.
 */
function beginCommand(headers: Headers): string {
  const level = headers.get("Neon-Batch-Isolation-Level");
  const isolation = level === null ? undefined : ISOLATION_LEVELS[level];
  if (level !== null && !isolation) throw new MalformedRequest("invalid isolation level");
  const modes = [
    isolation && `ISOLATION LEVEL ${isolation}`,
    headers.get("Neon-Batch-Read-Only") === "true" && "READ ONLY",
    headers.get("Neon-Batch-Deferrable") === "true" && "DEFERRABLE",
  ];
  return `BEGIN ${modes.filter(Boolean).join(", ")}`;
}

function resultBody(result: SqlResult) {
  return { ...result, rowAsArray: true };
}

function errorResponse(error: unknown): Response {
  if (error instanceof SqlError) return failure(400, error.message, error.fields);
  if (error instanceof MalformedRequest) return failure(400, error.message);
  if (error instanceof AnswerRefused) return failure(507, error.message);
  if (error instanceof BackendUnreachable) return failure(error.wasConnected ? 400 : 500, error.message);
  return failure(500, error instanceof Error ? error.message : String(error));
}

/** Returns an error in the form of Neon's proxy, which has every field, and "" for a missing code or severity. */
function failure(status: number, message: string, fields: SqlErrorFields = {}): Response {
  const named = ERROR_FIELDS.map((name) => [name, fields[name] ?? null]);
  const { code = "", severity = "" } = fields;
  return json(status, { message, ...Object.fromEntries(named), code, severity });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedRequest(`could not parse the HTTP request body: ${(error as Error).message}`);
  }
}

class MalformedRequest extends Error {}
