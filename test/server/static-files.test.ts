import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltServer, startBuiltServer } from "../support/built-server.ts";
import { type Command, startCommand } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

/** Compares the pages and static files of dist/server.js with those of the Worker, which `npm start` serves on workerd. */

let postgres: PostgresServer;
let server: BuiltServer;
let worker: Command;
let workerUrl: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "static-files-"));
  await copyTemplate(join(folder, "data"), "migrated");
  worker = startCommand("start", ["--port", "0", "--data", join(folder, "data")]);
  postgres = await startPostgres();
  server = await startBuiltServer(await postgres.createMigratedDatabase("files"), {
    ENVIRONMENT: "development",
  });
  await worker.printed(/Ctrl-C/);
  const [, port] = /API +\S+:(\d+)/.exec(worker.output()) ?? [];
  workerUrl = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  worker?.process.kill("SIGTERM");
  await worker?.ended;
  await server?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a request with exactly this path, which `fetch` would normalize. */
function ask(url: string, path: string, { method = "GET", headers = {} } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = request({ hostname, port, path, method, headers: { ...headers, Host: "127.0.0.1" } });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks).toString("latin1");
        resolve({ status: incoming.statusCode, headers: incoming.headers, body });
      });
    });
    outgoing.end();
  });
}

/** Headers of the connection and of the time, which the HTTP servers themselves add. */
const OF_CONNECTION = ["connection", "date", "keep-alive", "transfer-encoding", "content-length"];
/** Ids of requests and nonces, which differ for each answer. */
const RANDOM = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** Returns an answer without what differs for each request and server: entity tags are opaque, so only their presence counts. */
function comparable({ status, headers, body }: Answer) {
  const kept = Object.entries(headers).filter(([name]) => !OF_CONNECTION.includes(name));
  const stable = kept.map(([name, value]) => [
    name,
    name === "etag" ? "tag" : String(value).replaceAll(RANDOM, "id"),
  ]);
  return {
    status,
    headers: Object.fromEntries(stable),
    body: body.replaceAll(RANDOM, "id").replaceAll(/127\.0\.0\.1:\d+/g, "host"),
  };
}

const SWAGGER = "/docs/assets/swagger-ui-dist";
const FILES = [
  `${SWAGGER}/swagger-ui.css`,
  `${SWAGGER}/swagger-ui-bundle.js`,
  `${SWAGGER}/favicon-32x32.png`,
  `${SWAGGER}/LICENSE.txt`,
];

it.each([
  "/docs",
  "/redoc",
  "/openapi.json",
  ...FILES,
  `${SWAGGER}/swagger-ui-bundle.js.LICENSE.txt`,
  "/docs/assets/redoc/redoc.standalone.js",
  "/docs/assets",
  "/docs/assets/",
  `${SWAGGER}/`,
  SWAGGER,
  `${SWAGGER}/none.css`,
  `${SWAGGER}//swagger-ui.css`,
  `${SWAGGER}/%2e%2e/redoc/LICENSE.txt`,
  `${SWAGGER}/..%2F..%2F..%2F./server.js`,
  `${SWAGGER}/swagger-ui%2ecss`,
  `${SWAGGER}/swagger-ui.css?version=1`,
  `${SWAGGER}/%`,
])("answers GET and HEAD %s like the Worker", async (path) => {
  for (const method of ["GET", "HEAD"]) {
    const [ours, theirs] = await Promise.all([
      ask(server.url, path, { method }),
      ask(workerUrl, path, { method }),
    ]);
    expect([method, comparable(ours)]).toEqual([method, comparable(theirs)]);
  }
});

it.each(FILES)("answers conditional requests for %s like the Worker", async (path) => {
  const kinds = (tag: string) => [
    { "If-None-Match": tag },
    { "If-None-Match": `W/${tag.replace(/^W\//, "")}` },
    { "If-None-Match": `"other", ${tag}` },
    { "If-None-Match": "*" },
    { "If-None-Match": '"other"' },
  ];
  const answers = async (url: string) => {
    const { headers } = await ask(url, path);
    return Promise.all(
      kinds(String(headers.etag)).map(async (given) => comparable(await ask(url, path, { headers: given }))),
    );
  };
  const ours = await answers(server.url);
  expect(ours.map(({ status }) => status)).toEqual([304, 304, 304, 304, 200]);
  expect(ours).toEqual(await answers(workerUrl));
});

it.each(["POST", "PUT", "DELETE", "OPTIONS"])(
  "answers %s of a page and a file like the Worker",
  async (method) => {
    for (const path of ["/docs", `${SWAGGER}/swagger-ui.css`]) {
      const [ours, theirs] = [
        await ask(server.url, path, { method }),
        await ask(workerUrl, path, { method }),
      ];
      expect(comparable(ours)).toEqual(comparable(theirs));
    }
  },
);
