import { PROXY_BYTES } from "../../database/proxy-limits.ts";
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

/** Part of Neon's HTTP protocol that does not depend on its transport: its bodies, and the headers of a batch. */
export interface NeonRequest {
  headers: { get(name: string): string | null };
  /** Stops the statements when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called with the answer. Throws AnswerRefused if it is too large. */
  acceptAnswer: (answer: object) => void;
}

/** Answer of a failure. */
export interface NeonFailure {
  status: number;
  body: object;
}

const ISOLATION_LEVELS: Record<string, string> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/**
 * Runs the body of a request of Neon's HTTP driver (@neondatabase/serverless): `{query, params}` by itself, and `{queries}` in one
 * transaction. Returns the answer that the driver reads. `describeFailure` turns what it throws into an answer.
 */
export async function runNeonBody(
  text: string,
  backend: SqlBackend,
  { headers, signal, acceptAnswer }: NeonRequest,
): Promise<object> {
  if (Buffer.byteLength(text) > PROXY_BYTES) throw new RequestTooLarge();
  const body = parseBody(text);
  if (!isObject(body) || !Array.isArray(body.queries)) {
    const answer = resultBody(await backend.query(parseStatement(body), signal));
    acceptAnswer(answer);
    return answer;
  }
  let answer = {};
  await backend.transaction(body.queries.map(parseStatement), beginCommand(headers), {
    signal,
    acceptResults: (results) => {
      answer = { results: results.map(resultBody) };
      acceptAnswer(answer);
    },
  });
  return answer;
}

/** Throws AnswerRefused if an answer of `bytes` is too large for Neon's proxy. */
export function requireSize(bytes: number): void {
  if (bytes > PROXY_BYTES) throw new AnswerRefused(`response is too large (max is ${PROXY_BYTES} bytes)`);
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
function beginCommand(headers: NeonRequest["headers"]): string {
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

/**
 * Returns the answer that reports `error` as Neon's proxy does: 400 with an error of Postgres, or without an SQLSTATE if a connection
 * broke; 500 if no connection was made; 413 and 507 if a request or an answer is too large.
 */
export function describeFailure(error: unknown): NeonFailure {
  if (error instanceof SqlError) return { status: 400, body: failure(error.message, error.fields) };
  return { status: statusOf(error), body: failure(error instanceof Error ? error.message : String(error)) };
}

function statusOf(error: unknown): number {
  if (error instanceof MalformedRequest) return 400;
  if (error instanceof RequestTooLarge) return 413;
  if (error instanceof AnswerRefused) return 507;
  return error instanceof BackendUnreachable && error.wasConnected ? 400 : 500;
}

/** Returns an error in the form of Neon's proxy, which has every field, and "" for a missing code or severity. */
export function failure(message: string, fields: SqlErrorFields = {}): object {
  const named = ERROR_FIELDS.map((name) => [name, fields[name] ?? null]);
  const { code = "", severity = "" } = fields;
  return { message, ...Object.fromEntries(named), code, severity };
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

class RequestTooLarge extends Error {
  override message = `request is too large (max is ${PROXY_BYTES} bytes)`;
}
