import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { CliError } from "../output.ts";
import { TOKEN_FILES, TOKEN_PATH } from "./web-ui-token.ts";

/** The web interface of ActivityWatch, served from a folder of its built files on an origin of its own. */
export interface WebUi {
  /** Where a person begins: the page that takes a token. */
  tokenUrl: string;
  close: () => Promise<void>;
}

export interface WebUiOptions {
  /** A folder of built files, as requireWebUi returns it. */
  root: string;
  /** Where to listen. */
  address: string;
  port: number;
  /** Where the API answers, and where a browser finds this server. */
  apiUrl: string;
  url: string;
  /** The host names that it answers to, as ALLOWED_HOSTS has them. */
  hosts: string;
}

/** The only part of the API that there is here, and where it is there. */
const API_PATH = /^\/api(?=\/|\?|$)/;
const AW_PATH = "/compat/aw/api";

/** What ends at each server (RFC 9110 7.6.1), the cookies, which are of other ports too (RFC 6265 8.5), and who asks for whom. */
const NOT_PASSED_ON = [
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

const NOTHING = "There is nothing here.";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
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

/** Its pages reach nothing but this origin, and no page of another one shows them (OWASP ASVS 5.0 3.4). */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    // Its charts make functions of text.
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

/** Returns the folder of a web interface without links. @throws CliError where it is not one of built files */
export async function requireWebUi(directory: string): Promise<string> {
  const root = await realpath(directory).catch(() => undefined);
  if (root !== undefined && (await isFile(join(root, "index.html")))) return root;
  throw new CliError(`${directory} has no index.html: --aw-webui needs the folder that its build made.`);
}

/** Serves the web interface. */
export async function openWebUi(options: WebUiOptions): Promise<WebUi> {
  const hosts = new Set(options.hosts.toLowerCase().split(","));
  const server = createServer((asked, answer) => {
    serve(asked, answer).catch((error: unknown) => {
      if (!answer.headersSent) end(answer, 502, "The API does not answer.");
      else answer.destroy(error instanceof Error ? error : undefined);
    });
  });

  async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = asked.url ?? "";
    if (!hosts.has(hostOf(asked))) end(answer, 421, "This server does not answer to this host name.");
    else if (API_PATH.test(url)) await passOn(asked, answer, options.apiUrl);
    else if (asked.method !== "GET" && asked.method !== "HEAD") end(answer, 405, "Only GET is allowed here.");
    else await sendFile(answer, url.split(/[?#]/, 1)[0] ?? "", options.root, asked.method === "HEAD");
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

/** The name that a request calls this server by, without the port and a last dot. */
const hostOf = ({ headers }: IncomingMessage) =>
  (headers.host ?? "").toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");

/** Passes a request on to the API, and its answer back. */
async function passOn(asked: IncomingMessage, answer: ServerResponse, apiUrl: string): Promise<void> {
  const url = URL.parse(apiUrl + (asked.url ?? "").replace(API_PATH, AW_PATH));
  // Dots may lead elsewhere.
  if (!`${url?.pathname}/`.startsWith(`${AW_PATH}/`)) return end(answer, 404, NOTHING);
  const headers = withoutHops(asked.headers);
  // Of some methods Node would send a body without saying where it ends: the API would read another request in it.
  const hasBody = asked.headers["transfer-encoding"] ?? asked.headers["content-length"];
  if (hasBody && headers["content-length"] === undefined) headers["transfer-encoding"] = "chunked";
  const passed = request(`${url}`, {
    ...(asked.method !== undefined && { method: asked.method }),
    // A connection of its own: one that is kept may be at its end.
    agent: false,
    headers,
  });
  answer.once("close", () => passed.destroy());
  const received = new Promise<IncomingMessage>((resolve, reject) => {
    passed.once("response", resolve);
    passed.once("error", reject);
  });
  const [api] = await Promise.all([received, pipeline(asked, passed)]);
  answer.writeHead(api.statusCode ?? 502, {
    ...withoutHops(api.headers),
    ...HEADERS,
    "cache-control": "no-store",
  });
  await pipeline(api, answer);
}

function withoutHops(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const named = (headers.connection ?? "").toLowerCase().split(/\s*,\s*/);
  const isPassedOn = (name: string) => !NOT_PASSED_ON.includes(name) && !named.includes(name);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isPassedOn(name)));
}

async function sendFile(answer: ServerResponse, path: string, root: string, isHead: boolean): Promise<void> {
  const own = TOKEN_FILES.get(path);
  const file = own ? undefined : await fileAt(path === "/" ? "/index.html" : path, root);
  if (!own && !file) return end(answer, 404, NOTHING);
  const type = own?.type ?? TYPES[extname(file ?? "").toLowerCase()] ?? "application/octet-stream";
  answer.writeHead(200, { ...HEADERS, "content-type": type });
  if (isHead || own) answer.end(isHead ? undefined : own?.text);
  else await pipeline(createReadStream(`${file}`), answer);
}

/** The file of a path, which no dots and no link may lead out of the folder, and no name of it begins with a dot. */
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
