import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import { createDatabase, type Database } from "../../src/database/client.ts";
import { findTimeoutProblem, prepareCostlyRead } from "../../src/database/costly-reads.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests expensive reads with two Workers in separate processes on one PostgreSQL, since PGlite has only one connection. */
let postgres: PostgresServer;
let databaseUrl: string;
const workers: System[] = [];

const PASSWORD = "correct horse battery staple";

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("shared");
  const environment = {
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: "local-secret-of-two-workers-0123456789-abcdefghij",
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
    DATABASE_TIMEOUT_MS: "60000",
  };
  for (let n = 0; n < 2; n++) workers.push(await startSystem(environment));
}, 120_000);
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await postgres?.stop();
});

const call = (worker: number, method: string, path: string, token?: string, body?: object) =>
  fetch(`${workers[worker % workers.length]?.url}${path}`, {
    method,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });

/** Adds a user with that number of windows in January. Returns a token of the user. */
async function addUserWithWindows(windows: number) {
  const username = `user-${crypto.randomUUID()}`;
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  const { id } = (await (await call(0, "POST", "/auth/register", undefined, account)).json()) as {
    id: string;
  };
  await withDatabase(
    async (db) => {
      await db.execute(sql`
        insert into activity_buckets (user_id, id, type, client, hostname) values (${id}, 'window', 'currentwindow', 'watcher', 'laptop')`);
      await db.execute(sql`
        insert into activity_events (bucket_key, started_at, ended_at, data)
        select key, timestamptz '2026-01-01Z' + n * interval '20 seconds', timestamptz '2026-01-01Z' + (n + 1) * interval '20 seconds',
          jsonb_build_object('app', 'Code', 'title', 'title ' || n % 1000)
        from activity_buckets, generate_series(1, ${windows}::int) as n where user_id = ${id}`);
    },
    { databaseUrl },
  );
  const signedIn = await call(0, "POST", "/auth/login", undefined, { username, password: PASSWORD });
  return ((await signedIn.json()) as { access_token: string }).access_token;
}

it("serves one of eight concurrent reports of an account across Workers, and keeps the account responsive", async () => {
  const token = await addUserWithWindows(100_000);
  const path = "/reports/summary?from=2026-01-01&to=2026-01-31&include=activity";
  const reports = Array.from({ length: 8 }, (_, n) => call(n, "GET", path, token));
  const accounts = await Promise.all(Array.from({ length: 8 }, (_, n) => call(n, "GET", "/auth/me", token)));
  expect(accounts.map(({ status }) => status)).toEqual(Array(8).fill(200));
  const answers = await Promise.all(reports);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(429)]);
  for (const { status, headers } of answers)
    expect(headers.get("Retry-After")).toBe(status === 429 ? "1" : null);
  expect((await call(0, "GET", path, token)).status).toBe(200);
}, 120_000);

describe("a statement of an expensive read", () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const backend = await connectPostgres(databaseUrl);
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: "expensive" });
    db = createDatabase({
      DATABASE_URL: "postgres://postgres:expensive@127.0.0.1:5432/shared",
      DATABASE_ENDPOINT: endpoint.url,
      DATABASE_TIMEOUT_MS: 30_000,
    });
    close = async () => {
      await endpoint.close();
      await backend.close();
    };
  });
  afterAll(() => close());

  const timeout = () => db.execute<{ ms: string }>(sql`select current_setting('statement_timeout') as ms`);

  it("gets the timeout of its answer, only in its batch", async () => {
    const [, { rows }] = await db.batch([prepareCostlyRead(db), timeout()]);
    expect(rows).toEqual([{ ms: "30s" }]);
    expect((await timeout()).rows).toEqual([{ ms: "0" }]);
  });

  it("fails with 503 if PostgreSQL stops it", async () => {
    const work = db.batch([
      db.execute(sql`select set_config('statement_timeout', '50', true)`),
      db.execute(sql`select pg_sleep(20)`),
    ]);
    await expect(work).rejects.toMatchObject({ code: "DATABASE_CONNECTION_ERROR" });
  });

  it.each([
    ["0", "has no statement_timeout"],
    ["60s", "has a statement_timeout of 60000 ms"],
    ["30s", undefined],
  ])("reports for a role with a statement_timeout of %s: %s", async (setting, problem) => {
    await db.execute(sql.raw(`alter role postgres set statement_timeout = '${setting}'`));
    const backend = await connectPostgres(databaseUrl);
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: "expensive" });
    const settings = {
      DATABASE_URL: "postgres://postgres:expensive@localhost:5432/shared",
      DATABASE_ENDPOINT: endpoint.url,
      DATABASE_TIMEOUT_MS: 30_000,
    };
    const found = await findTimeoutProblem(createDatabase(settings));
    await endpoint.close();
    await backend.close();
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });
});
