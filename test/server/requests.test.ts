import { createConnection } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltServer, startBuiltServer } from "../support/built-server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const PASSWORD = "correct horse battery staple";
const TOKEN = "0123456789abcdef";

let postgres: PostgresServer;
let server: BuiltServer;
let databaseUrl: string;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("requests");
  server = await startBuiltServer(databaseUrl, { METRICS_TOKEN: TOKEN, TRUSTED_PROXIES: "127.0.0.1" });
});
afterAll(async () => {
  await server?.stop();
  await postgres?.stop();
});

const post = (path: string, body: object, headers: Record<string, string> = {}, at = server) =>
  fetch(at.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** Registers a user, signs in with `headers`, and returns the address of the session that the server recorded. */
async function recordedAddress(headers: Record<string, string>, at = server): Promise<unknown> {
  const username = `user-${crypto.randomUUID()}`;
  await post(
    "/auth/register",
    { username, email: `${username}@example.com`, password: PASSWORD },
    headers,
    at,
  );
  const login = await post("/auth/login", { username, password: PASSWORD }, headers, at);
  const { access_token: token } = (await login.json()) as { access_token: string };
  const list = await fetch(`${at.url}/auth/sessions`, { headers: { Authorization: `Bearer ${token}` } });
  const [session] = (await list.json()) as { address: string }[];
  return session?.address;
}

describe("in production", () => {
  it("sets cookies with __Host- and Secure, and the security headers", async () => {
    const username = `user-${crypto.randomUUID()}`;
    await post("/auth/register", { username, email: `${username}@example.com`, password: PASSWORD });
    const answer = await post("/auth/login", { username, password: PASSWORD, token_delivery: "cookie" });
    expect(answer.status).toBe(200);
    const cookies = answer.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(1);
    for (const cookie of cookies) expect(cookie).toMatch(/^__Host-[^;]+;.*Path=\/;.*Secure/);
    expect(answer.headers.get("Strict-Transport-Security")).toBe("max-age=31536000; includeSubDomains");
  });

  it("accepts a page of its own origin behind a proxy with TLS, and refuses one of another origin", async () => {
    const username = `user-${crypto.randomUUID()}`;
    await post("/auth/register", { username, email: `${username}@example.com`, password: PASSWORD });
    const login = await post("/auth/login", { username, password: PASSWORD, token_delivery: "cookie" });
    const Cookie = login.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
    const origin = server.url.replace("http:", "https:");
    const change = (headers: Record<string, string>) =>
      fetch(`${server.url}/auth/me`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", Cookie, ...headers },
        body: JSON.stringify({ first_name: "Ada" }),
      });
    expect((await change({ Origin: origin, "X-Forwarded-Proto": "https" })).status).toBe(200);
    expect((await change({ Origin: origin })).status).toBe(403);
    const other = { Origin: "https://other.example", "X-Forwarded-Proto": "https" };
    expect((await change(other)).status).toBe(403);
  });

  it("writes each line of its log as JSON on standard output", async () => {
    await fetch(`${server.url}/health`);
    await fetch(`${server.url}/missing`);
    expect(await server.logged("GET /missing 404")).toMatchObject({
      level: "warn",
      module: "http",
      status: 404,
    });
    expect(await server.logged("GET /health 200")).toMatchObject({ level: "info" });
  });
});

describe("the client's address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["198.51.100.1, 203.0.113.7", "203.0.113.7"],
    ["203.0.113.7, 127.0.0.1", "203.0.113.7"],
    ["198.51.100.1, nonsense, 127.0.0.1", "127.0.0.1"],
    ["nonsense", "127.0.0.1"],
    ["203.0.113.7:4711", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["203.0.113.7, ::ffff:127.0.0.1", "203.0.113.7"],
    ["2001:DB8:0::7", "2001:db8::7"],
    ["[2001:db8::7]:4711", "2001:db8::7"],
    ["fe80::1%eth0", "fe80::1"],
    ["999.0.113.7", "127.0.0.1"],
    ["", "127.0.0.1"],
    [",,", "127.0.0.1"],
  ])("reads X-Forwarded-For %o of a trusted proxy as %s", async (forwardedFor, address) => {
    const claims = { "CF-Connecting-IP": "192.0.2.1", "X-Real-IP": "192.0.2.2", Forwarded: "for=192.0.2.3" };
    expect(await recordedAddress({ ...claims, "X-Forwarded-For": forwardedFor })).toBe(address);
  });

  it("takes that of the connection without a trusted proxy, and counts and logs the header once a minute", async () => {
    const plain = await startBuiltServer(databaseUrl, { TRUSTED_PROXIES: "none", METRICS_TOKEN: TOKEN });
    try {
      const claims = { "CF-Connecting-IP": "192.0.2.1", "X-Forwarded-For": "192.0.2.2" };
      expect(await recordedAddress(claims, plain)).toBe("127.0.0.1");
      const warnings = plain.lines().filter(({ message }) => /X-Forwarded-For/.test(message));
      expect(warnings).toEqual([expect.objectContaining({ level: "warn", sender: "127.0.0.1" })]);
      const headers = { Authorization: `Bearer ${TOKEN}` };
      const metrics = await (await fetch(`${plain.url}/metrics`, { headers })).text();
      expect(metrics).toContain("untrusted_forwarded_requests_total 2");
    } finally {
      await plain.stop();
    }
  });
});

describe("health", () => {
  it("is reported as live and ready to GET and HEAD only", async () => {
    for (const path of ["/health/live", "/health/ready"]) {
      const answer = await fetch(server.url + path);
      expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
      expect((await fetch(server.url + path, { method: "HEAD" })).status).toBe(200);
      expect((await fetch(server.url + path, { method: "POST" })).status).toBe(405);
    }
  });

  it("is not ready while the schema is outdated, and stays live", async () => {
    const pg = await import("pg");
    const client = new pg.default.Client(databaseUrl);
    await client.connect();
    const { rows } = await client.query(
      "delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations) returning *",
    );
    try {
      await expect
        .poll(async () => (await fetch(`${server.url}/health/ready`)).json(), { timeout: 10_000 })
        .toEqual({ status: "schema_outdated" });
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    } finally {
      const [{ id, hash, created_at }] = rows;
      await client.query("insert into drizzle.__drizzle_migrations values ($1, $2, $3)", [
        id,
        hash,
        created_at,
      ]);
      await client.end();
    }
    await expect
      .poll(async () => (await fetch(`${server.url}/health/ready`)).status, { timeout: 10_000 })
      .toBe(200);
  });
});

describe("/metrics", () => {
  it("requires the token", async () => {
    for (const headers of [
      {},
      { Authorization: "Bearer 0123456789abcdee" },
      { Authorization: `Basic ${TOKEN}` },
    ]) {
      const answer = await fetch(`${server.url}/metrics`, { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
    }
  });

  it("counts requests by the pattern of their route, without ids, and round trips", async () => {
    const id = crypto.randomUUID();
    await fetch(`${server.url}/auth/users/${id}`);
    await fetch(`${server.url}/api/v1/auth/users/${id}/`);
    await fetch(`${server.url}/no/such/${id}`);
    const answer = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/auth\/users\/:\w+",status="401"\} 2/,
    );
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="unmatched",status="404"\} [1-9]/,
    );
    expect(text).toMatch(/database_round_trip_seconds_count\{outcome="answered"\} [1-9]/);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).not.toContain(id);
  });

  it("answers 404 without METRICS_TOKEN", async () => {
    const plain = await startBuiltServer(databaseUrl);
    try {
      const answer = await fetch(`${plain.url}/metrics`, { headers: { Authorization: "Bearer " } });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ error: "NOT_FOUND" });
    } finally {
      await plain.stop();
    }
  });
});

describe("static files", () => {
  const FILE = "/docs/assets/swagger-ui-dist/swagger-ui.css";

  it("sends a type and a tag, with which a browser gets 304", async () => {
    const answer = await fetch(server.url + FILE);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/css/);
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=0, must-revalidate");
    const tag = answer.headers.get("ETag") ?? "";
    expect((await answer.text()).length).toBeGreaterThan(1_000);
    for (const seen of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await fetch(server.url + FILE, { headers: { "If-None-Match": seen } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
  });

  it.each([
    "/docs/assets/../../../server.js",
    "/docs/assets/..%2F..%2F..%2F./server.js",
    "/docs/assets/%2e%2e/%2e%2e/%2e%2e/server.js",
    "/docs/assets/..%5C..%5C..%5C./server.js",
    "/docs/assets//etc/passwd",
    "/docs/assets/swagger-ui-dist",
    "/docs/assets/%",
  ])("answers 404 to %s", async (path) => {
    expect(await statusOf(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)).toBe(404);
  });
});

it("ends a connection with headers of more than 32 KiB, and answers other clients", async () => {
  const long = `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"x".repeat(40_000)}\r\n\r\n`;
  expect(await statusOf(long)).toBe(431);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

/** Sends `text` over a connection of its own, and returns the status of the answer. */
function statusOf(text: string): Promise<number> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = createConnection(Number(port), hostname, () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(Number(answer.split(" ")[1])));
    socket.on("error", reject);
  });
}
