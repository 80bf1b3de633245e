import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CliError } from "../output.ts";

/** What runs beside the Worker on this machine, and stands for a service that it has in production. */
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
 * An HTTP server on 127.0.0.1 that answers as `answer` does, which must not reject; the request's signal tells it when
 * nobody waits for the answer any more. Closing it lets running requests finish, for 5 s at most. Throws CliError if the port is taken.
 */
export async function serveLocally(
  answer: (request: Request) => Promise<Response>,
  { port, bodyBytesMax }: LocalServerOptions,
): Promise<LocalServer> {
  const server = createServer((incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    answerIncoming(incoming, answer, { bodyBytesMax, signal: gone.signal })
      .then((response) => respond(outgoing, response))
      .catch(() => outgoing.destroy());
  });
  // A connection closed for idleness at the moment that the Worker uses it again would fail a request.
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

/** An answer in JSON. */
export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A connection that was busy stays open when its request is done.
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
  // A page on a host name that was pointed at 127.0.0.1 counts as the same origin to its browser.
  if (!LOCAL_HOSTS.has(incoming.headers.host?.split(":")[0] ?? ""))
    return json(421, { message: "This server answers to localhost and 127.0.0.1 only." });
  if (Number(incoming.headers["content-length"] ?? 0) > bodyBytesMax) {
    return json(413, { message: `A request is at most ${bodyBytesMax} bytes long.` });
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

/** The whole body. Cuts the connection of one that is longer than it said. */
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
    return new CliError(`Port ${port} needs rights that you don't have. Choose another.`);
  return error;
}
