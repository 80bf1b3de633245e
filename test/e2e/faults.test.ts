import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

/** What goes wrong with a real server, as the whole system meets it. */

const TIMEOUT_MS = 2_000;
/** Of a request that has two round trips, on a machine that does other things besides. */
const BOUND_MS = 20_000;
const PASSWORD = "correct horse battery staple";

let postgres: PostgresServer;
let url: string;
let system: System;
/** A connection of an administrator's. */
let admin: pg.Client;
let access: string;

beforeAll(async () => {
  postgres = await startPostgres({ max_connections: "30" });
  url = await postgres.createDatabase("faults");
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
  // Whatever the test did, the same process serves again, without help.
  await expect.poll(() => read(), { timeout: BOUND_MS, interval: 100 }).toMatchObject({ status: 200 });
  expect(await write("Ada")).toMatchObject({ status: 200, body: { first_name: "Ada" } });
});

/** A connection whose breaking is no error of the test's. */
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

/** What is answered, whole: nothing more leaves. */
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

/** Evaluates `expression` for each of the system's statements that wait for a lock; how many there are. */
async function ofWaiting(expression: string): Promise<number | null> {
  const { rowCount } = await admin.query(
    `select ${expression} from pg_stat_activity where datname = 'faults' and wait_event_type = 'Lock'`,
  );
  return rowCount;
}

/** Ends the connection of the system's that is the first to wait for a lock. */
async function cutWaiting(): Promise<void> {
  const cut = () => ofWaiting("pg_terminate_backend(pid)");
  await expect.poll(cut, { timeout: BOUND_MS, interval: 10 }).toBe(1);
}

describe("a database", () => {
  it("that is down: 503 at once; and it serves again when it is back", async () => {
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

  it("that is restarted between two reads is not noticed by a reader", async () => {
    expect((await read()).status).toBe(200);
    await postgres.end("SIGINT");
    await postgres.start();
    expect((await read()).status).toBe(200);
  });

  it("that is too slow: 503 after the timeout, and what it was asked to read is not waited for again", async () => {
    await admin.query("begin; lock table users in access exclusive mode");
    const started = performance.now();
    await Promise.all([
      expectUnavailable(read()),
      expectUnavailable(write("Eve")),
      expectUnavailable(call("POST", "/auth/login", { username: "ada", password: PASSWORD })),
    ]);
    expect(performance.now() - started).toBeGreaterThan(TIMEOUT_MS - 100);
    // Nor does it have to do what nobody waits for any more.
    await expect.poll(() => ofWaiting("pid"), { timeout: BOUND_MS }).toBe(0);
    await admin.query("rollback");
    expect(await read()).toMatchObject({ status: 200, body: { first_name: "Ada" } });
  });

  it("that has no connection left: 503, and it serves again when there is one", async () => {
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
    // Those that the system holds are given to others.
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

  it("that is read-only: reads are served, by personal tokens too, and writes are 503", async () => {
    const wanted = { name: "reader", scopes: ["tasks:read"] };
    const made = await call("POST", "/auth/tokens", wanted, access);
    const token = String(made.body.token);
    await admin.query("alter system set default_transaction_read_only = on");
    await admin.query("select pg_reload_conf()");
    // Until the server has read its settings, a write is still done.
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
  it("costs a writer a 503, and the write was not done", async () => {
    await admin.query("begin; lock table users in access exclusive mode");
    const answer = write("Eve");
    await cutWaiting();
    await expectUnavailable(answer);
    await admin.query("rollback");
    expect(await read()).toMatchObject({ status: 200, body: { first_name: "Ada" } });
  });

  it("costs a reader nothing: it is asked again on another", async () => {
    await admin.query("begin; lock table users in access exclusive mode");
    const answer = read();
    await cutWaiting();
    await admin.query("rollback");
    expect((await answer).status).toBe(200);
  });
});
