import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, request as requestTls, Agent as TlsAgent } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline, Transform } from "node:stream";
import { constants, createBrotliCompress, createGzip } from "node:zlib";

/** Simulated edge: the proxy between clients and the system, as in production. */
export interface Edge {
  /** URL for clients, such as http://127.0.0.1:43210. */
  url: string;
  stop: () => Promise<void>;
}

interface EdgeOptions {
  /** Certificate for https. */
  tls?: { key: Buffer; cert: Buffer };
  /** Maximum size of a request body, by default Cloudflare's limit on most plans. */
  bodyBytesMax?: number;
}

/** Header in which a test sets the client's address; the edge removes it. */
export const CLIENT_ADDRESS = "X-Test-Client-Address";

const BODY_BYTES_MAX = 100_000_000;

/** Headers of one connection only (RFC 9110 7.6.1), besides the headers that `Connection` names. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers that only the edge sets. Those of the client are dropped. */
const SET_BY_EDGE = [
  "cf-connecting-ip",
  "cf-ray",
  "cf-visitor",
  "cdn-loop",
  "true-client-ip",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-real-ip",
  "accept-encoding",
  CLIENT_ADDRESS.toLowerCase(),
];

const COMPRESSIBLE = /^(text\/|application\/(json|x-ndjson|javascript|yaml|problem\+json)|image\/svg)/;

/** Encoders that flush each part, so that a streamed response arrives in parts. */
const ENCODERS = {
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH, level: 1 }),
};

/** Cloudflare's limit for the request line and headers. */
const HEADER_BYTES_MAX = 128 * 1024;

/**
 * Starts a server in front of `origin` that changes requests and responses as Cloudflare and nginx do: it compresses responses and weakens
 * their ETags, drops the headers of a connection, sets the client's address regardless of the client's claims, and refuses bodies that
 * are too large. It listens on the host of `origin`.
 */
export async function startEdge(origin: string, options: EdgeOptions = {}): Promise<Edge> {
  const target = new URL(origin);
  // One connection for each request: the origin may close an open connection while the next request is on its way.
  const agent =
    target.protocol === "https:"
      ? new TlsAgent({ keepAlive: false, rejectUnauthorized: false })
      : new Agent({ keepAlive: false });
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    passOn(incoming, outgoing, { target, agent, bodyBytesMax: options.bodyBytesMax ?? BODY_BYTES_MAX });
  const server = options.tls
    ? createTlsServer({ ...options.tls, maxHeaderSize: HEADER_BYTES_MAX }, pass)
    : createServer({ maxHeaderSize: HEADER_BYTES_MAX }, pass);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${target.protocol}//${target.hostname}:${port}`,
    stop: async () => {
      agent.destroy();
      await closeServer(server);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** Options for passing on a request. */
interface PassOptions {
  target: URL;
  agent: Agent;
  bodyBytesMax: number;
}

/** Passes a request on to the origin, and its response back to the client. */
function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, agent, bodyBytesMax }: PassOptions,
): void {
  if (Number(incoming.headers["content-length"] ?? 0) > bodyBytesMax) {
    rejectBody(incoming, outgoing);
    return;
  }
  const send = target.protocol === "https:" ? requestTls : requestHttp;
  const upstream = send({
    agent,
    host: target.hostname,
    port: target.port,
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers: headersOf(incoming),
    setHost: false,
  });
  upstream.on("response", (answer) => sendBack(incoming, outgoing, answer));
  // A failed connection to the origin closes the client's connection, as it would without an edge.
  upstream.on("error", () => outgoing.headersSent || outgoing.destroy());
  outgoing.on("close", () => outgoing.writableFinished || upstream.destroy());
  pipeline(
    incoming,
    limitBody(bodyBytesMax, () => rejectBody(incoming, outgoing)),
    upstream,
    () => {},
  );
}

/** Returns the headers of a request without the headers of its connection, and with the headers that the edge sets. */
function headersOf({ rawHeaders, headers, socket }: IncomingMessage): string[] {
  const address = String(headers[CLIENT_ADDRESS.toLowerCase()] ?? socket.remoteAddress);
  const scheme = "encrypted" in socket ? "https" : "http";
  const named = without(rawHeaders, [...hopByHop(headers), ...SET_BY_EDGE]);
  const isChunked = headers["transfer-encoding"] !== undefined;
  return [
    ...named,
    ...(isChunked ? ["Transfer-Encoding", "chunked"] : []),
    // The local runtime would compress without weakening the ETag; in production the edge compresses.
    ...["Accept-Encoding", "identity"],
    ...["CDN-Loop", "cloudflare; loops=1"],
    ...["CF-Connecting-IP", address],
    ...["CF-Ray", "0123456789abcdef-TST"],
    ...["CF-Visitor", JSON.stringify({ scheme })],
    ...["X-Forwarded-For", address],
    ...["X-Forwarded-Proto", scheme],
  ];
}

function sendBack(incoming: IncomingMessage, outgoing: ServerResponse, answer: IncomingMessage): void {
  const encoding = encodingFor(incoming, answer);
  const kept = without(answer.rawHeaders, [
    ...hopByHop(answer.headers),
    ...(encoding ? ["content-length", "etag"] : []),
  ]);
  const { etag } = answer.headers;
  const changed = encoding
    ? ["Content-Encoding", encoding, "Vary", "Accept-Encoding", ...(etag ? ["ETag", weak(etag)] : [])]
    : [];
  outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, [...kept, ...changed, "Server", "edge"]);
  // Send the headers before the body is complete.
  outgoing.flushHeaders();
  const parts =
    encoding && incoming.method !== "HEAD" ? [answer, ENCODERS[encoding](), outgoing] : [answer, outgoing];
  pipeline(parts, (error) => error && outgoing.destroy());
}

/** Returns the encoding for the response: the first of the edge's encodings that the client accepts; undefined for none. */
function encodingFor(
  { headers: { "accept-encoding": accepted = "" } }: IncomingMessage,
  answer: IncomingMessage,
) {
  const {
    "content-type": type = "",
    "content-encoding": encoding,
    "cache-control": caching = "",
  } = answer.headers;
  const hasBody = answer.statusCode !== 204 && answer.statusCode !== 304;
  if (!hasBody || encoding || !COMPRESSIBLE.test(type) || /no-transform/.test(caching)) return undefined;
  const offered = accepted
    .toString()
    .split(",")
    .filter((offer) => !/;\s*q=0(\.0+)?\s*$/.test(offer));
  return (["br", "gzip"] as const).find((name) =>
    offered.some((offer) => offer.trim().split(";")[0] === name),
  );
}

const weak = (tag: string) => (tag.startsWith("W/") ? tag : `W/${tag}`);

const hopByHop = ({ connection = "" }: IncomingHttpHeaders) => [
  ...HOP_BY_HOP,
  ...connection.split(",").map((name) => name.trim().toLowerCase()),
];

/** Returns the list of alternating names and values without the headers `names`. */
const without = (rawHeaders: string[], names: string[]) =>
  rawHeaders.filter((_, index) => !names.includes((rawHeaders[index - (index % 2)] ?? "").toLowerCase()));

/** Returns a stream that passes on a body, and calls `onExcess` if it is larger than `bytesMax`. */
function limitBody(bytesMax: number, onExcess: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= bytesMax) return done(null, chunk);
      onExcess();
      done(new Error("The body is too large."));
    },
  });
}

/** Rejects a body that is too large, as Cloudflare does: with a page of HTML and without the headers of the system. */
function rejectBody(incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (outgoing.headersSent) return;
  outgoing.writeHead(413, { "Content-Type": "text/html", Connection: "close" });
  outgoing.end("<html><head><title>413 Payload Too Large</title></head><body>cloudflare</body></html>");
  incoming.resume();
}
