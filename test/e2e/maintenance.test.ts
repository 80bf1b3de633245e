import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { listEvents } from "../../src/features/access/audit/repository.ts";
import { maintain } from "../../src/jobs/maintenance.ts";
import { startCommand } from "../support/command.ts";
import { type ServedPostgres, servePostgres } from "../support/served-postgres.ts";

/** Tests maintenance on PostgreSQL itself, with real concurrency, its planner and existing data. */
let served: ServedPostgres;
beforeAll(async () => {
  served = await servePostgres("maintenance");
  await maintain(served.settings, served.db);
});
afterAll(async () => {
  await served?.close();
});

const run = () => maintain(served.settings, served.db);
const query = async (text: string, values: unknown[] = []) => (await served.client.query(text, values)).rows;

/** Runs statements without triggers, as if the data were old. */
async function fill(...statements: string[]): Promise<void> {
  await query("set session_replication_role = replica");
  for (const statement of statements) await query(statement);
  await query("set session_replication_role = origin");
}

const addUsers = (count: number) => `
  insert into users (email, username, password_hash)
  select 'user' || n || '@example.com', 'user' || n, '$none$' from generate_series(1, ${count}) as n`;

beforeEach(async () => {
  await fill(
    "delete from heartbeats",
    "delete from heartbeat_slots",
    "delete from heartbeat_states",
    "delete from users",
  );
});

interface Plan {
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
}

/** Returns the number of blocks that a statement touches. Rolls it back. */
async function blocksOf(statement: { query: string; params: unknown[] }): Promise<number> {
  await query("begin");
  try {
    const [row] = await query(`explain (analyze, buffers, format json) ${statement.query}`, statement.params);
    const plan: Plan = row["QUERY PLAN"][0].Plan;
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
  } finally {
    await query("rollback");
  }
}

it("reads a bounded number of blocks if nothing is due, even with many rows", async () => {
  await fill(
    addUsers(20_000),
    `insert into heartbeat_states (user_id, built_until, idle_seconds, oldest_at)
       select id, now() - interval '3 hours', 900, now() - interval '30 days' from users`,
    `insert into heartbeats (user_id, at, hash, entity, type, is_write)
       select id, now() - n * interval '5 days', id, 'a.ts', 'file', false from users, generate_series(1, 5) as n`,
    `insert into sessions (user_id, secret_hash, token_delivery, idle_at, ends_at)
       select id, 'none', 'body', now() + interval '1 day', now() + interval '2 days' from users`,
    `insert into personal_tokens (user_id, name, secret_hash, scopes, expires_at)
       select id, 'token', 'none', '{}', now() + interval '1 day' from users`,
    `insert into one_time_tokens (purpose, hash, expires_at)
       select 'passkey_challenge', id::text, now() + interval '1 day' from users`,
    `insert into throttles (key, attempts, window_ends_at) select id::text, 1, now() + interval '1 day' from users`,
    "insert into idempotency_keys (owner, key, fingerprint) select id::text, 'x', '' from users",
    `insert into email_changes (user_id, from_email, to_email, confirm_hash, expires_at, stoppable_until, confirmed_at, due_at)
       select id, 'a', 'b', id::text, now() + interval '1 day', now() + interval '1 day', now(), now() + interval '1 day' from users`,
    `insert into audit_events (action, target_type, target_id, details) select 'user.updated', 'user', id, '{}' from users`,
    `insert into users (email, username, password_hash, is_deleted, deleted_at)
       select 'gone' || n, 'gone' || n, '$none$', true, now() - interval '90 days' from generate_series(1, 10000) as n`,
    "insert into erasures (user_id, erased_at) select id, now() from users where is_deleted",
    "update users set email = 'erased-' || id || '@invalid' where is_deleted",
  );
  await query("vacuum analyze");
  served.sent.length = 0;
  await run();
  // Statements on default permissions and partitions are left out: their number does not grow with the users.
  const statements = served.sent.filter(({ query }) => !/"permissions"|_partitions\(/.test(query));
  expect(statements.length).toBeGreaterThan(12);
  for (const statement of statements) {
    const ofPartitions = statement.query.includes("remove_audit_events") ? 150 : 0;
    expect(await blocksOf(statement), statement.query).toBeLessThan(100 + ofPartitions);
  }
});

it("reads a bounded number of blocks for a page of a prefix of actions whose events are long ago", async () => {
  await fill(
    `insert into audit_events (occurred_at, action, target_type, details)
       select now() - n * interval '1 second', case when n between 150000 and 159999 then 'rare.' || n % 3 else 'thing.' || n % 20 end,
         'kind', '{}' from generate_series(1, 200000) as n`,
  );
  await query("vacuum analyze");
  served.sent.length = 0;
  const request = { sort: "occurred_at", isDescending: true, limit: 100, skip: 0 } as const;
  const { items, total } = await listEvents(served.db, { action: "rare.*" }, request);
  expect([items.length, total]).toEqual([100, 10_000]);
  const page = served.sent.find(({ query }) => query.includes("audit_events"));
  if (!page) throw new Error("No statement was sent.");
  expect(await blocksOf(page)).toBeLessThan(1_500);
});

it("finds a part of the records of a large account without reading the rest", async () => {
  await fill(
    addUsers(10),
    `insert into heartbeats (user_id, at, hash, entity, type, is_write)
       select id, now() - interval '2 years' - n * interval '1 minute', gen_random_uuid(), 'a.ts', 'file', false
         from users, generate_series(1, 30000) as n order by random()`,
    `insert into heartbeat_states (user_id, built_until, idle_seconds, oldest_at)
       select id, now() - interval '1 hour', 900, now() - interval '3 years' from users`,
    "insert into erasures (user_id, begun_at) select id, now() from users",
  );
  await query("vacuum analyze");
  const [{ id }] = await query("select id from users limit 1");
  // Makes index lookups look expensive to the planner, as in a table of ten million rows.
  await query("set random_page_cost = 400");
  for (const work of ["erase_records($1, 100)", "prune_heartbeats($1, now() - interval '1 year', 100)"])
    expect(await blocksOf({ query: `select ${work}`, params: [id] }), work).toBeLessThan(2_000);
  await query("reset random_page_cost");
});

const ACCOUNTS = 300;

/** Adds accounts with an hour of heartbeats that is not in slots, and an hour that is also older than the retention. */
const fillAccounts = () =>
  fill(
    addUsers(ACCOUNTS),
    `insert into heartbeats (user_id, at, hash, entity, type, is_write)
       select id, date_trunc('hour', now()) - days * interval '1 day' + n * interval '10 minutes', id, 'a.ts', 'file', false
         from users, unnest(array[2, 800]) as days, generate_series(0, 6) as n`,
    `insert into heartbeat_states (user_id, due_at, oldest_at) select user_id, now(), min(at) from heartbeats group by user_id`,
    "insert into account_usage (user_id, kind, count) select user_id, 'heartbeats', 1000 from heartbeat_states",
  );

const hoursInSlots = async () =>
  (await query("select sum(length)::text as sum from heartbeat_slots"))[0]?.sum;

it("does all work exactly once in two concurrent runs", async () => {
  await fillAccounts();
  const reports = await Promise.all([run(), run()]);
  const sum = (name: "slots_built" | "heartbeats_removed") =>
    reports.reduce((total, report) => total + report[name], 0);
  expect(sum("slots_built")).toBe(ACCOUNTS);
  expect(sum("heartbeats_removed")).toBe(7 * ACCOUNTS);
  expect(await hoursInSlots()).toBe(`${2 * ACCOUNTS}:00:00`);
  expect(await query("select count(*)::int from heartbeats")).toEqual([{ count: 7 * ACCOUNTS }]);
});

it("continues where a killed run ended", async () => {
  await fillAccounts();
  await query(
    "create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(0.002); return new; end $$",
  );
  await query(
    "create trigger dawdle before insert on heartbeat_slots for each row execute function dawdle()",
  );
  const built = async () =>
    Number((await query("select count(*) from heartbeat_states where built_until is not null"))[0]?.count);
  const killed = startCommand("seed", [], { env: { ...process.env, DATABASE_URL: served.url } });
  while ((await built()) === 0 && killed.process.exitCode === null) await sleep(20);
  killed.process.kill("SIGKILL");
  await killed.ended;
  const before = await built();
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(ACCOUNTS);
  await query("drop function dawdle cascade");
  const rest = await run();
  expect(rest.left).toEqual({});
  expect(await hoursInSlots()).toBe(`${2 * ACCOUNTS}:00:00`);
  expect(await query("select count(*)::int from heartbeats")).toEqual([{ count: 7 * ACCOUNTS }]);
  expect(await run()).toMatchObject({ slots_built: 0, heartbeats_removed: 0 });
});
