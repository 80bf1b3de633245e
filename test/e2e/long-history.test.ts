import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import type { SqlBackend, SqlStatement } from "../../src/cli/local/sql-backend.ts";
import { createDatabase, type Database } from "../../src/database/client.ts";
import { listProjects } from "../../src/features/compat/wakatime/repository/lists.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests a user with far more heartbeats than one request adds up, on a whole system and a real PostgreSQL. */

const PASSWORD = "correct horse battery staple";
const HISTORY = 390_000;
const SHORT_HISTORY = 2_000;

let postgres: PostgresServer;
let client: pg.Client;
let system: System;
let backend: SqlBackend;
let endpoint: Awaited<ReturnType<typeof serveNeonEndpoint>>;
let db: Database;
const sent: SqlStatement[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createMigratedDatabase("history");
  system = await startSystem({
    DATABASE_URL: url,
    DATABASE_TIMEOUT_MS: "30000",
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
  });
  client = new pg.Client(url);
  await client.connect();
  backend = await connectPostgres(url);
  const record: SqlBackend["transaction"] = (statements, begin, options) => {
    sent.push(...statements);
    return backend.transaction(statements, begin, options);
  };
  endpoint = await serveNeonEndpoint({ ...backend, transaction: record }, { port: 0, password: "history" });
  db = createDatabase({
    DATABASE_URL: "postgres://postgres:history@127.0.0.1:5432/history",
    DATABASE_ENDPOINT: endpoint.url,
    DATABASE_TIMEOUT_MS: 30_000,
  });
}, 120_000);
afterAll(async () => {
  await endpoint?.close();
  await backend?.close();
  await client?.end();
  await system?.stop();
  await postgres?.stop();
});

async function post(path: string, body: object, token?: string) {
  const response = await fetch(system.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, string>;
}

/** Adds a user with `count` heartbeats of three projects, two minutes apart, up to yesterday. Returns the id and an API key. */
async function newHistory(count: number) {
  const username = `user-${crypto.randomUUID()}`;
  const { id = "" } = await post("/auth/register", {
    username,
    email: `${username}@example.com`,
    password: PASSWORD,
  });
  const { access_token } = await post("/auth/login", {
    username,
    password: PASSWORD,
    token_delivery: "body",
  });
  const token = { name: "reader", format: "wakatime", scopes: ["read"] };
  const { token: key = "" } = await post("/auth/tokens", token, access_token);
  await client.query(
    `insert into heartbeats (user_id, at, hash, entity, type, project, language, is_write)
     select $1, date_trunc('minute', now()) - interval '1 day' - n * interval '2 minutes', md5(n::text)::uuid, 'a', 'file',
       'project ' || n / 100 % 3, 'Go', false
     from generate_series(1, $2::int) n`,
    [id, count],
  );
  await client.query("insert into heartbeat_states (user_id) values ($1)", [id]);
  await client.query("analyze heartbeats");
  return { id, key };
}

interface TotalAnswer {
  data: { total_seconds: number; status?: string; is_up_to_date: boolean; percent_calculated: number };
}

async function ask(key: string, path: string): Promise<[status: number, data: TotalAnswer["data"]]> {
  const response = await fetch(`${system.url}/compat/wakatime/v1/users/current/${path}`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const { data } = (await response.json()) as TotalAnswer;
  return [response.status, data];
}

it("adds up in parts, and marks an incomplete answer", async () => {
  const { key, id } = await newHistory(HISTORY);
  const whole = 120 * (HISTORY - 1);
  const [first, part] = await ask(key, "stats/all_time");
  expect([first, part]).toMatchObject([202, { status: "pending_update", is_up_to_date: false }]);
  expect(part.percent_calculated).toBeGreaterThan(60);
  expect(part.percent_calculated).toBeLessThan(90);
  // 100,000 heartbeats in slots, the last of which is full, and 200,000 after them.
  expect(Math.abs(part.total_seconds - 120 * 300_000)).toBeLessThanOrEqual(900);
  const [then, all] = await ask(key, "stats/all_time");
  expect([then, all]).toMatchObject([
    200,
    { status: "ok", is_up_to_date: true, percent_calculated: 100, total_seconds: whole },
  ]);
  // Builds the remaining parts, which no answer needs any more.
  for (let left = true; left; ) {
    expect((await ask(key, "all_time_since_today"))[1]).toMatchObject({
      is_up_to_date: true,
      percent_calculated: 100,
      total_seconds: whole,
    });
    const { rows } = await client.query<{ left: boolean }>(
      "select dirty <> '{}' as left from heartbeat_states where user_id = $1",
      [id],
    );
    left = rows[0]?.left ?? false;
  }
  const [, one] = await ask(key, `all_time_since_today?project=${encodeURIComponent("project 1")}`);
  expect(Math.abs(one.total_seconds - whole / 3)).toBeLessThan(120 * 100);
}, 120_000);

/** Returns the number of blocks that PostgreSQL touches to list the projects of a user. */
async function costOfProjects(id: string): Promise<number> {
  sent.length = 0;
  await listProjects(db, "current", "", 1);
  const statement = sent.find(({ query }) => query.includes("heartbeat_projects"));
  await client.query("select set_config('audit.actor', $1, false)", [id]);
  const { rows } = await client.query(
    `explain (analyze, buffers, format json) ${statement?.query}`,
    statement?.params,
  );
  const plan: Record<string, number> = rows[0]["QUERY PLAN"][0].Plan;
  return (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
}

it("lists its projects at the cost of a short history", async () => {
  const costs = [];
  for (const count of [SHORT_HISTORY, HISTORY]) {
    const { id } = await newHistory(count);
    await client.query("select build_slots($1, 1000000)", [id]);
    await client.query("vacuum analyze heartbeat_projects");
    costs.push(await costOfProjects(id));
  }
  const [short = 0, long = 0] = costs;
  expect(short).toBeGreaterThan(0);
  expect(long).toBeLessThan(short + 10);
  expect(long).toBeLessThan(50);
}, 120_000);
