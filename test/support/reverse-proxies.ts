import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { createGunzip } from "node:zlib";
import { type Command, startProcess } from "./command.ts";
import { readText } from "./guides.ts";
import { freePort } from "./system.ts";
import { findProgram } from "./system-tools.ts";

/** Address of the tests' client. It differs from that of the reverse proxy, which the server trusts. */
export const CLIENT = "127.0.0.2";

/** Answer of a reverse proxy, decompressed. */
interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Running reverse proxy with a certificate of its own. */
export interface ReverseProxy {
  /** Sends a request over HTTP/2, from the address CLIENT. */
  ask(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: string },
  ): Promise<Answer>;
  /** Port for plain HTTP, if the example has one. */
  plainPort: number | undefined;
  stop(): Promise<unknown>;
}

interface Certificate {
  key: string;
  cert: string;
}

/** Starters of the examples in deploy/, by the name of the program. Each gets a new folder and the port of the server. */
export const EXAMPLES = { nginx: startNginx, caddy: startCaddy };

/** Returns the examples whose program this machine has. */
export const findExamples = () =>
  (Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[]).filter((name) => findProgram(name) !== undefined);

async function startNginx(directory: string, serverPort: number): Promise<ReverseProxy> {
  const [port, plainPort] = [await freePort(), await freePort()];
  const certificate = createCertificate(directory);
  const site = replaceEach(readText("deploy/nginx.conf").replaceAll(/^ *listen \[::\].*\n/gm, ""), {
    "server 127.0.0.1:8500;": `server 127.0.0.1:${serverPort};`,
    "listen 80;": `listen 127.0.0.1:${plainPort};`,
    "listen 443 ssl http2;": `listen 127.0.0.1:${port} ssl http2;`,
    "/etc/letsencrypt/live/tracker.example.com/fullchain.pem": certificate.cert,
    "/etc/letsencrypt/live/tracker.example.com/privkey.pem": certificate.key,
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(directory, name)};`,
  );
  const user = process.getuid?.() === 0 ? "user root;" : "";
  writeFileSync(join(directory, "site.conf"), site);
  writeFileSync(
    join(directory, "nginx.conf"),
    `${user} daemon off; pid ${join(directory, "pid")}; error_log stderr; events {}
     http { access_log off; ${temporary.join(" ")} include ${join(directory, "site.conf")}; }`,
  );
  const command = startProcess(findProgram("nginx") ?? "", [
    "-p",
    directory,
    "-c",
    join(directory, "nginx.conf"),
  ]);
  return createProxy(command, port, plainPort);
}

async function startCaddy(directory: string, serverPort: number): Promise<ReverseProxy> {
  const port = await freePort();
  const { cert, key } = createCertificate(directory);
  const config = replaceEach(readText("deploy/Caddyfile"), {
    "\n{\n": "\n{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n",
    "\tencode ": `\ttls ${cert} ${key}\n\tencode `,
  });
  const path = join(directory, "Caddyfile");
  writeFileSync(path, config);
  const command = startProcess(
    findProgram("caddy") ?? "",
    ["run", "--config", path, "--adapter", "caddyfile"],
    {
      env: { HOME: directory, DOMAIN: `https://localhost:${port}`, UPSTREAM: `127.0.0.1:${serverPort}` },
    },
  );
  return createProxy(command, port, undefined);
}

async function createProxy(
  command: Command,
  port: number,
  plainPort: number | undefined,
): Promise<ReverseProxy> {
  const proxy: ReverseProxy = {
    plainPort,
    ask: (method, path, options) => ask(port, method, path, options),
    async stop() {
      command.process.kill("SIGTERM");
      return command.ended;
    },
  };
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await proxy.ask("GET", "/");
      return proxy;
    } catch (cause) {
      if (command.process.exitCode !== null || Date.now() > deadline)
        throw new Error(`The reverse proxy didn't start:\n${command.output()}`, { cause });
    }
  }
}

function ask(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: connect({ host: "127.0.0.1", port, localAddress: CLIENT }).once("error", reject),
      servername: "localhost",
      ALPNProtocols: ["h2"],
      rejectUnauthorized: false,
    });
    const session = connectHttp2(`https://localhost:${port}`, { createConnection: () => socket });
    const fail = (error: unknown) => {
      session.destroy();
      reject(error);
    };
    socket.once("error", fail);
    session.once("error", fail);
    const stream = session.request({
      ":method": method,
      ":path": path,
      "accept-encoding": "gzip",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    });
    stream.once("error", fail);
    stream.once("response", (answered) => {
      const isCompressed = answered["content-encoding"] === "gzip";
      text(isCompressed ? stream.pipe(createGunzip()) : stream).then((content) => {
        session.close();
        resolve({ status: answered[":status"] ?? 0, headers: answered, text: content });
      }, fail);
    });
    stream.end(body);
  });
}

/** Creates a certificate for localhost, and returns the paths of its files. */
function createCertificate(directory: string): Certificate {
  mkdirSync(directory, { recursive: true });
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-days", "2", ...curve, "-subj", "/CN=localhost", "-keyout", key, "-out", cert],
    { stdio: "ignore" },
  );
  return { key, cert };
}

/** Replaces texts that must each occur exactly once, so that the test follows changes of the example. */
function replaceEach(text: string, replacements: Record<string, string>): string {
  return Object.entries(replacements).reduce((result, [old, replacement]) => {
    const parts = result.split(old);
    if (parts.length !== 2) throw new Error(`${old} occurs ${parts.length - 1} times.`);
    return parts.join(replacement);
  }, text);
}
