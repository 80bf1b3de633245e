import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests the whole system with failures of a real server. */

const TIMEOUT_MS = 2_000;
/** Limit for a request with two round trips, on a busy machine. */
const BOUND_MS = 20_000;
const PASSWORD = "correct horse battery staple";

let postgres: PostgresServer;
let url: string;
let system: System;
/** A connection of a database administrator. */
let admin: pg.Client;
let access: string;

beforeAll(async () => {
  postgres = await startPostgres({ max_connections: "30" });
  url = await postgres.createMigratedDatabase("faults");
  system = await startSystem({ DATABASE_URL: url, DATABASE_TIMEOUT_MS: String(TIMEOUT_MS) });
  const account = { username: "ada", email: "ada@example.com", password: PASSWORD };
  expect((await call("POST", "/auth/register", account)).status).toBe(201);
  const { body } = await call("POST", "/auth/login", { username: "ada", password: PASSWORD });
  access = String(body.access_token);
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

beforeEach(async () => {
  admin = await connect();
});
afterEach(async () => {
  await admin.end();
  // After each test, the same process serves again without help.
  await expect.poll(() => read(), { timeout: BOUND_MS, interval: 100 }).toMatchObject({ status: 200 });
  expect(await write("Ada")).toMatchObject({ status: 200, body: { first_name: "Ada" } });
});

/** Opens a connection, and ignores that it breaks. */
async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function call(method: string, path: string, body?: object, token?: string) {
  const response = await fetch(system.url + path, {
    method,
    signal: AbortSignal.timeout(BOUND_MS),
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Record<string, unknown> };
}

const read = () => call("GET", "/auth/me", undefined, access);
const write = (firstName: string) => call("PUT", "/auth/me", { first_name: firstName }, access);

/** Expects the complete answer for an unavailable database, without further details. */
async function expectUnavailable(answer: ReturnType<typeof call>): Promise<void> {
  const { status, headers, body } = await answer;
  expect({ status, retryAfter: headers.get("Retry-After"), body }).toEqual({
    status: 503,
    retryAfter: "1",
    body: {
      error: "DATABASE_CONNECTION_ERROR",
      message: "The database cannot be reached. Try again shortly.",
      request_id: headers.get("X-Request-Id"),
    },
  });
}

/** Evaluates `expression` for each statement of the system that waits for a lock. Returns their number. */
async function ofWaiting(expression: string): Promise<number | null> {
  const { rowCount } = await admin.query(
    `select ${expression} from pg_stat_activity where datname = 'faults' and wait_event_type = 'Lock'`,
  );
  return rowCount;
}

/** Ends the first connection of the system that waits for a lock. */
async function cutWaiting(): Promise<void> {
  const cut = () => ofWaiting("pg_terminate_backend(pid)");
  await expect.poll(cut, { timeout: BOUND_MS, interval: 10 }).toBe(1);
}

describe("a database", () => {
  it("leads to an immediate 503 while it is down, and works again when it is back", async () => {
    await postgres.end("SIGINT");
    await expectUnavailable(read());
    await expectUnavailable(write("Eve"));
    expect(await call("GET", "/health/detailed")).toMatchObject({
      status: 503,
      body: { status: "degraded", database: "disconnected", database_version: null },
    });
    await postgres.start();
    await expect.poll(() => read(), { timeout: BOUND_MS }).toMatchObject({ body: { first_name: null } });
  });

  it("serves a reader after a restart between two reads", async () => {
    expect((await read()).status).toBe(200);
    await postgres.end("SIGINT");
    await postgres.start();
    expect((await read()).status).toBe(200);
  });

  it("leads to 503 after the timeout if it is too slow, and stops the statements", async () => {
    await admin.query("begin; lock table users in access exclusive mode");
    const started = performance.now();
    await Promise.all([
      expectUnavailable(read()),
      expectUnavailable(write("Eve")),
      expectUnavailable(call("POST", "/auth/login", { username: "ada", password: PASSWORD })),
    ]);
    expect(performance.now() - started).toBeGreaterThan(TIMEOUT_MS - 100);
    // No statement of the canceled requests is left.
    await expect.poll(() => ofWaiting("pid"), { timeout: BOUND_MS }).toBe(0);
    await admin.query("rollback");
    expect(await read()).toMatchObject({ status: 200, body: { first_name: "Ada" } });
  });

  it("leads to 503 while it has no free connection, and works again when it has one", async () => {
    const taken: pg.Client[] = [];
    const takeAll = async () => {
      for (;;) {
        try {
          taken.push(await connect());
        } catch (error) {
          return expect(error).toMatchObject({ code: "53300" });
        }
      }
    };
    await takeAll();
    // The system's connections are ended, and taken by others.
    const mine = [admin, ...taken].map((client) => (client as pg.Client & { processID: number }).processID);
    await admin.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'faults' and pid <> all($1)",
      [mine],
    );
    await takeAll();
    await expectUnavailable(read());
    await expectUnavailable(write("Eve"));
    await Promise.all(taken.map((client) => client.end()));
  });

  it("serves reads while it is read-only, also by personal tokens, and leads to 503 for writes", async () => {
    const tokenRequest = { name: "reader", scopes: ["tasks:read"] };
    const created = await call("POST", "/auth/tokens", tokenRequest, access);
    const token = String(created.body.token);
    await admin.query("alter system set default_transaction_read_only = on");
    await admin.query("select pg_reload_conf()");
    // Writes succeed until the server has read its settings.
    await expect.poll(() => write("Ada"), { timeout: BOUND_MS }).toMatchObject({ status: 503 });
    await expectUnavailable(write("Eve"));
    await expectUnavailable(call("POST", "/auth/login", { username: "ada", password: PASSWORD }));
    expect(await read()).toMatchObject({ status: 200, body: { first_name: "Ada" } });
    expect(await call("GET", "/auth/me", undefined, token)).toMatchObject({ status: 200 });
    await admin.query("set default_transaction_read_only = off");
    await admin.query("alter system reset default_transaction_read_only");
    await admin.query("select pg_reload_conf()");
    await expect.poll(() => write("Ada"), { timeout: BOUND_MS }).toMatchObject({ status: 200 });
  });
});

describe("a connection that the server ends in the middle of a statement", () => {
  it("leads to 503 for a write, which is rolled back", async () => {
    await admin.query("begin; lock table users in access exclusive mode");
    const answer = write("Eve");
    await cutWaiting();
    await expectUnavailable(answer);
    await admin.query("rollback");
    expect(await read()).toMatchObject({ status: 200, body: { first_name: "Ada" } });
  });

  it("retries a read on another connection", async () => {
    await admin.query("begin; lock table users in access exclusive mode");
    const answer = read();
    await cutWaiting();
    await admin.query("rollback");
    expect((await answer).status).toBe(200);
  });
});
