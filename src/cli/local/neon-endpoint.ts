import { createHash, timingSafeEqual } from "node:crypto";
import { PROXY_BYTES } from "../../database/proxy-limits.ts";
import { json, serveLocally } from "./local-server.ts";
import { describeFailure, failure, requireSize, runNeonBody } from "./neon-protocol.ts";
import type { SqlBackend } from "./sql-backend.ts";

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
    let text = "";
    await runNeonBody(await request.text(), backend, {
      headers: request.headers,
      signal: request.signal,
      acceptAnswer: (answer) => {
        text = JSON.stringify(answer);
        requireSize(Buffer.byteLength(text));
      },
    });
    return new Response(text, AS_JSON);
  } catch (error) {
    const { status, body } = describeFailure(error);
    return json(status, body);
  }
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
  if (!connectionString) return refuse("The header Neon-Connection-String is missing.");
  for (const name of ["Neon-Raw-Text-Output", "Neon-Array-Mode"]) {
    if (request.headers.get(name) !== "true") return refuse(`The header ${name} must be "true".`);
  }
  if (password === undefined) return undefined;
  const given = readCredentials(connectionString);
  if (sameSecret(given.password, password)) return undefined;
  return refuse(`password authentication failed for user '${given.username}'`);
}

const refuse = (message: string): Response => json(400, failure(message));

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
