import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { CliError } from "../cli/output.ts";

/** Answers a request outside of the application. Returns false if the request is not for it. */
export type Endpoint = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

/** A listening server. */
export interface HttpServer {
  /** Port that the server listens on. */
  port: number;
  /** Stops accepting connections, and waits for the running requests. After `timeoutMs` it ends their connections and returns false. */
  close(timeoutMs: number): Promise<boolean>;
}

/**
 * Limits of connections. A client must send the headers within 15 seconds and a whole request within two minutes: 8 MiB take 67 seconds at
 * 1 Mbit/s. Idle connections stay open longer than those of usual proxies (Caddy: two minutes, nginx: one), which otherwise would send a
 * request into a connection that is being closed.
 */
const LIMITS = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 150_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 32_768,
};

const SWEEP_MS = 50;

/** Starts an HTTP server. Throws CliError if it can't listen on the address. */
export async function listen(listener: RequestListener, host: string, port: number): Promise<HttpServer> {
  let isClosing = false;
  const server = createServer({ ...LIMITS, noDelay: true }, (incoming, outgoing) => {
    if (isClosing) outgoing.setHeader("Connection", "close");
    return listener(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explain(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close(timeoutMs) {
      isClosing = true;
      return closeServer(server, timeoutMs);
    },
  };
}

async function closeServer(server: Server, timeoutMs: number): Promise<boolean> {
  let isComplete = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose request has ended stays open for the next one.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const lastCall = setTimeout(() => {
    isComplete = false;
    server.closeAllConnections();
  }, timeoutMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(lastCall);
  return isComplete;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const at = `${host}:${port}`;
  if (error.code === "EADDRINUSE")
    return new CliError(`${at} is in use. Set PORT to another port.`, { cause: error });
  if (error.code === "EACCES")
    return new CliError(`${at} requires privileges that this user doesn't have. Set PORT to 1024 or more.`, {
      cause: error,
    });
  if (error.code === "EADDRNOTAVAIL")
    return new CliError(
      `This machine does not have the address ${host}. Set HOST to one of its addresses, or to 0.0.0.0.`,
      { cause: error },
    );
  return error;
}
