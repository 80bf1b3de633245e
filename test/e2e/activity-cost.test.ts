import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import type { SqlBackend, SqlStatement } from "../../src/cli/local/sql-backend.ts";
import { createDatabase, type Database } from "../../src/database/client.ts";
import { createEntries, measureActivity } from "../../src/features/activity/activity/repository.ts";
import { summarize } from "../../src/features/time/reports/repository.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

/**
 * Measures how PostgreSQL's work for the activity of a day grows with the number of events. It counts the rows in the nodes of the
 * plans, which do not depend on the load, including the plans of functions in the statements.
 */
const FEW = 5_000;
const MANY = 20_000;
const RULES = 20;

let postgres: PostgresServer;
let client: pg.Client;
let endpoint: Awaited<ReturnType<typeof serveNeonEndpoint>>;
let backend: SqlBackend;
let db: Database;
const sent: SqlStatement[] = [];
const plans: Plan[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ autovacuum: "off" });
  const url = await postgres.createMigratedDatabase("activity");
  client = new pg.Client(url);
  await client.connect();
  client.on("notice", ({ message = "" }) => {
    const [, plan] = /plan:\s*(\{.*\})\s*$/s.exec(message) ?? [];
    if (plan !== undefined) plans.push(JSON.parse(plan).Plan);
  });
  backend = await connectPostgres(url);
  const recording: SqlBackend = {
    ...backend,
    query: (statement) => {
      sent.push(statement);
      return backend.query(statement);
    },
    transaction: (statements, begin, options) => {
      sent.push(...statements);
      return backend.transaction(statements, begin, options);
    },
  };
  endpoint = await serveNeonEndpoint(recording, { port: 0, password: "activity" });
  db = createDatabase({
    DATABASE_URL: "postgres://postgres:activity@127.0.0.1:5432/activity",
    DATABASE_ENDPOINT: endpoint.url,
    DATABASE_TIMEOUT_MS: 60_000,
  });
  await client.query(`
    load 'auto_explain';
    set auto_explain.log_level = notice;
    set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off;
    set auto_explain.log_nested_statements = on;
    set auto_explain.log_format = json`);
}, 60_000);
afterAll(async () => {
  await endpoint?.close();
  await backend?.close();
  await client?.end();
  await postgres?.stop();
});

/**
 * Adds a user with `events` windows, tabs, periods of presence and heartbeats on 2026-01-05. Each lasts until after the start of the
 * next one. Every twentieth has a time entry.
 */
async function addUserWithEvents(events: number): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into users (email, username, password_hash, is_superuser)
     select name || '@example.com', name, 'none', true from gen_random_uuid() as name_of, cast(name_of as text) as name returning id`,
  );
  const id = rows[0]?.id ?? "";
  const at = (n: string) => `timestamptz '2026-01-05T00:00:00Z' + ${n} * interval '1 day' / ${events}`;
  await client.query(`
    insert into activity_buckets (user_id, id, type, client, hostname) values
      ('${id}', 'window', 'currentwindow', 'watcher', 'laptop'),
      ('${id}', 'aw-watcher-web-firefox', 'web.tab.current', 'watcher', 'laptop'),
      ('${id}', 'afk', 'afkstatus', 'watcher', 'laptop');
    insert into activity_events (bucket_key, started_at, ended_at, data)
    select key, ${at("n")}, ${at("(n + 1.5)")}, json_build_object(
        'app', case when n % 2 = 0 then 'Firefox' else 'Code' end, 'title', 'title ' || n, 'url', 'https://' || n % 100 || '.example.com/',
        'status', case when n % 10 = 0 then 'afk' else 'not-afk' end)
    from activity_buckets, generate_series(0, ${events - 1}) as n where user_id = '${id}';
    insert into heartbeats (user_id, at, hash, entity, type, project, is_write)
    select '${id}', ${at("n")}, md5(n::text)::uuid, 'file ' || n, 'file', 'project ' || n % 7, false
    from generate_series(0, ${events - 1}) as n;
    insert into time_entries (owner_id, started_at, ended_at)
    select '${id}', ${at("n")}, ${at("(n + 3)")} from generate_series(0, ${events - 1}, 20) as n;
    insert into activity_rules (owner_id, position, field, match, pattern, category, productivity)
    select '${id}', n, 'title', 'ends_with', n::text, 'Category ' || n, 1 from generate_series(1, ${RULES}) as n`);
  return id;
}

interface Plan {
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Join Filter"?: number;
  Plans?: Plan[];
}

/** Returns the number of rows that the nodes of a plan produced or discarded. */
const rowsOf = (plan: Plan): number =>
  (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Join Filter"] ?? 0)) *
    plan["Actual Loops"] +
  (plan.Plans ?? []).reduce((sum, inner) => sum + rowsOf(inner), 0);

/** Returns the number of rows that PostgreSQL processes for the statement that `ask` sends. */
async function costOf(ask: () => Promise<unknown>): Promise<number> {
  sent.length = 0;
  await ask();
  const [statement] = sent.filter(({ query }) => query.includes("activity"));
  if (!statement) throw new Error("No statement reads activity.");
  plans.length = 0;
  await client.query("set auto_explain.log_min_duration = 0");
  await client.query(statement.query, statement.params);
  await client.query("set auto_explain.log_min_duration = -1");
  // Plans of the statement and of functions in it; no function runs once for each event.
  expect(plans.length).toBeGreaterThan(2);
  expect(plans.length).toBeLessThan(20);
  return plans.reduce((sum, plan) => sum + rowsOf(plan), 0);
}

const REPORTS: Record<string, (userId: string) => Promise<unknown>> = {
  "a summary of activity": (actorId) =>
    measureActivity(db, { actorId, from: "2026-01-05", to: "2026-01-05", now: new Date() }),
  "a summary of time entries with activity": (actorId) =>
    summarize(
      db,
      { actorId, from: "2026-01-05", to: "2026-01-05", now: new Date("2026-02-01"), withActivity: true },
      ["project"],
    ),
  "entries that activity could become": (userId) =>
    createEntries(
      db,
      userId,
      {
        from: new Date("2026-01-05T00:00:00Z"),
        to: new Date("2026-01-06T00:00:00Z"),
        maxGapSeconds: 120,
        minSeconds: 60,
      },
      true,
    ),
};

describe.each(["before", "after"])("%s PostgreSQL has statistics of the events", (when) => {
  let few: string;
  let many: string;
  beforeAll(async () => {
    [few, many] = [await addUserWithEvents(FEW), await addUserWithEvents(MANY)];
    if (when === "after") await client.query("analyze");
  }, 60_000);

  it.each(Object.entries(REPORTS))(
    "keeps the cost of %s proportional to the number of events",
    async (_, report) => {
      const cost = await costOf(() => report(few));
      const costOfMany = await costOf(() => report(many));
      expect(cost).toBeGreaterThan(FEW);
      expect(costOfMany / cost).toBeLessThan((1.5 * MANY) / FEW);
    },
    60_000,
  );
});
