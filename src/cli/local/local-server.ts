import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CliError } from "../output.ts";

/** A server on this machine that stands for a service that the Worker uses in production. */
export interface LocalServer {
  port: number;
  /** http://127.0.0.1:PORT */
  url: string;
  close(): Promise<void>;
}

interface LocalServerOptions {
  /** Port to listen on; 0 for any free one. */
  port: number;
  bodyBytesMax: number;
}

const CLOSE_TIMEOUT_MS = 5_000;
const LOCAL_HOSTS = new Set(["127.0.0.1", "localhost"]);

/**
 * Starts an HTTP server on 127.0.0.1 that answers with `answer`, which must not reject. The signal of a request aborts when its client
 * disconnects. Closing the server lets running requests finish, for at most 5 s. Throws CliError if the port is in use.
 */
export async function serveLocally(
  answer: (request: Request) => Promise<Response>,
  { port, bodyBytesMax }: LocalServerOptions,
): Promise<LocalServer> {
  const server = createServer((incoming, outgoing) => {
    const disconnected = new AbortController();
    outgoing.once("close", () => disconnected.abort());
    answerIncoming(incoming, answer, { bodyBytesMax, signal: disconnected.signal })
      .then((response) => respond(outgoing, response))
      .catch(() => outgoing.destroy());
  });
  // A request would fail if its idle connection were closed at the moment that the Worker uses it again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: () => closeServer(server),
  };
}

/** Returns a response with `body` as JSON. */
export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A connection with a running request stays open when the request is done.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const lastCall = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(lastCall);
}

async function respond(outgoing: ServerResponse, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, { "Content-Type": "application/json", "Content-Length": body.length });
  outgoing.end(body);
}

async function answerIncoming(
  incoming: IncomingMessage,
  answer: (request: Request) => Promise<Response>,
  { bodyBytesMax, signal }: { bodyBytesMax: number; signal: AbortSignal },
): Promise<Response> {
  // To a browser, a page on a host name that resolves to 127.0.0.1 has the same origin as this server (DNS rebinding).
  if (!LOCAL_HOSTS.has(incoming.headers.host?.split(":")[0] ?? ""))
    return json(421, { message: "This server accepts only the host names localhost and 127.0.0.1." });
  if (Number(incoming.headers["content-length"] ?? 0) > bodyBytesMax) {
    return json(413, { message: `The request must be at most ${bodyBytesMax} bytes long.` });
  }
  const body = await readBody(incoming, bodyBytesMax);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === "string") headers.set(name, value);
  }
  const { method = "GET", url = "/" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  return answer(new Request(`http://127.0.0.1${url}`, { method, headers, signal, ...(hasBody && { body }) }));
}

/** Returns the whole body. Throws if it is longer than allowed, which closes the connection. */
async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error("The request is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE") return new CliError(`Port ${port} is in use. Choose another.`);
  if (error.code === "EACCES")
    return new CliError(`Port ${port} requires privileges that you don't have. Choose another.`);
  return error;
}
