import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { CliError } from "../output.ts";
import { SERVICE_WORKER, TOKEN_FILES, TOKEN_PATH } from "./web-ui-token.ts";

/** The web interface of ActivityWatch, served from a folder of its built files on its own origin. */
export interface WebUi {
  /** Address of the page that accepts a token, where a person begins. */
  tokenUrl: string;
  close: () => Promise<void>;
}

/** Options of openWebUi. */
export interface WebUiOptions {
  /** Folder of built files, as requireWebUi returns it. */
  root: string;
  /** Address to listen on. */
  address: string;
  port: number;
  /** URL of the API. */
  apiUrl: string;
  /** URL of this server for a browser. */
  url: string;
  /** Host names that this server accepts, in the form of ALLOWED_HOSTS. */
  hosts: string;
}

/** Matches the path of the only part of the API that this server offers. */
const API_PATH = /^\/api(?=\/|\?|$)/;
/** Path of that part in the API. */
const AW_PATH = "/compat/aw/api";

/** Hop-by-hop headers (RFC 9110 7.6.1), cookies, which other ports share (RFC 6265 8.5), and headers that name the client. */
const NOT_FORWARDED = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "cookie",
  "set-cookie",
  "host",
  "forwarded",
  "x-forwarded-for",
  "x-real-ip",
  "cf-connecting-ip",
];

const NOT_FOUND = "Not found.";

const SCRIPT_TYPE = "text/javascript; charset=utf-8";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": SCRIPT_TYPE,
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** Headers that limit the pages to this origin, and forbid other origins to embed them (OWASP ASVS 5.0 3.4). */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    // Its charts create functions from text.
    "script-src 'self' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/** Returns the folder of a web interface with symbolic links resolved. @throws CliError if it has no built files */
export async function requireWebUi(directory: string): Promise<string> {
  const root = await realpath(directory).catch(() => undefined);
  if (root !== undefined && (await isFile(join(root, "index.html")))) return root;
  throw new CliError(`${directory} has no index.html. Give --aw-webui the folder of the built files.`);
}

/** Starts the server of the web interface. */
export async function openWebUi(options: WebUiOptions): Promise<WebUi> {
  const hosts = new Set(options.hosts.toLowerCase().split(","));
  const server = createServer((incoming, answer) => {
    serve(incoming, answer).catch((error: unknown) => {
      if (!answer.headersSent) end(answer, 502, "The API did not answer.");
      else answer.destroy(error instanceof Error ? error : undefined);
    });
  });

  async function serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = incoming.url ?? "";
    if (!hosts.has(hostOf(incoming)))
      end(answer, 421, "This server does not accept requests for this host name.");
    else if (API_PATH.test(url)) await forward(incoming, answer, options.apiUrl);
    else if (incoming.method !== "GET" && incoming.method !== "HEAD")
      end(answer, 405, "Only GET and HEAD are allowed.");
    else if (incoming.headers["service-worker"] === "script")
      answer.writeHead(200, { ...HEADERS, "content-type": SCRIPT_TYPE }).end(SERVICE_WORKER);
    else await sendFile(answer, url.split(/[?#]/, 1)[0] ?? "", options.root, incoming.method === "HEAD");
  }

  await listen(server, options);
  return {
    tokenUrl: options.url + TOKEN_PATH,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server, { address, port }: WebUiOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });

/** Returns the host name in a request, without the port and a trailing dot. */
const hostOf = ({ headers }: IncomingMessage) =>
  (headers.host ?? "").toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");

/** Forwards a request to the API, and the answer to the client. */
async function forward(incoming: IncomingMessage, answer: ServerResponse, apiUrl: string): Promise<void> {
  const url = URL.parse(apiUrl + (incoming.url ?? "").replace(API_PATH, AW_PATH));
  // Dot segments may lead out of the path.
  if (!`${url?.pathname}/`.startsWith(`${AW_PATH}/`)) return end(answer, 404, NOT_FOUND);
  const headers = withoutHops(incoming.headers);
  // For some methods, Node would send a body without its length, and the API would read it as another request.
  const hasBody = incoming.headers["transfer-encoding"] ?? incoming.headers["content-length"];
  if (hasBody && headers["content-length"] === undefined) headers["transfer-encoding"] = "chunked";
  const outgoing = request(`${url}`, {
    ...(incoming.method !== undefined && { method: incoming.method }),
    // A new connection, since an idle one may be about to close.
    agent: false,
    headers,
  });
  answer.once("close", () => outgoing.destroy());
  const received = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
  const [api] = await Promise.all([received, pipeline(incoming, outgoing)]);
  answer.writeHead(api.statusCode ?? 502, {
    ...withoutHops(api.headers),
    ...HEADERS,
    "cache-control": "no-store",
  });
  await pipeline(api, answer);
}

function withoutHops(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const named = (headers.connection ?? "").toLowerCase().split(/\s*,\s*/);
  const isForwarded = (name: string) => !NOT_FORWARDED.includes(name) && !named.includes(name);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isForwarded(name)));
}

async function sendFile(answer: ServerResponse, path: string, root: string, isHead: boolean): Promise<void> {
  const own = TOKEN_FILES.get(path);
  const file = own ? undefined : await fileAt(path === "/" ? "/index.html" : path, root);
  if (!own && !file) return end(answer, 404, NOT_FOUND);
  const type = own?.type ?? TYPES[extname(file ?? "").toLowerCase()] ?? "application/octet-stream";
  answer.writeHead(200, { ...HEADERS, "content-type": type });
  if (isHead || own) answer.end(isHead ? undefined : own?.text);
  else await pipeline(createReadStream(`${file}`), answer);
}

/** Returns the file of a path; undefined if it is outside the folder, by dots or links, or if a name begins with a dot. */
async function fileAt(path: string, root: string): Promise<string | undefined> {
  const names = decoded(path)?.split("/").filter(Boolean);
  if (!names?.length || names.some((name) => name.startsWith(".") || /[\\\0]/.test(name))) return undefined;
  const file = await realpath(join(root, ...names)).catch(() => undefined);
  return file?.startsWith(root + sep) && (await isFile(file)) ? file : undefined;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

function end(answer: ServerResponse, status: number, message: string): void {
  answer.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}
