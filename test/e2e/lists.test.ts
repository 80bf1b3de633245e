import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import type { SqlBackend, SqlStatement } from "../../src/cli/local/sql-backend.ts";
import type { Cursor } from "../../src/core/page.ts";
import { createDatabase, type Database } from "../../src/database/client.ts";
import { listUsers } from "../../src/features/identity/users/repository.ts";
import { listTimeEntries } from "../../src/features/time/time-entries/repository.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

/** Measures the cost of the pages of a long list in blocks that PostgreSQL touches, which do not depend on the load. */
const USERS = 100_000;

let postgres: PostgresServer;
let client: pg.Client;
let endpoint: Awaited<ReturnType<typeof serveNeonEndpoint>>;
let backend: SqlBackend;
let db: Database;
const sent: SqlStatement[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createMigratedDatabase("lists");
  client = new pg.Client(url);
  await client.connect();
  backend = await connectPostgres(url);
  endpoint = await serveNeonEndpoint({ ...backend, transaction: record }, { port: 0, password: "lists" });
  db = createDatabase({
    DATABASE_URL: "postgres://postgres:lists@127.0.0.1:5432/lists",
    DATABASE_ENDPOINT: endpoint.url,
    DATABASE_TIMEOUT_MS: 60_000,
  });
  // Without the triggers, which take longer than all tests.
  await client.query("set session_replication_role = replica");
  await client.query(`
    insert into users (email, username, password_hash, created_at)
    select md5(n::text) || '@example.com', 'user ' || md5(n::text), 'none', now() - make_interval(secs => n)
    from generate_series(1, ${USERS}) n`);
  await client.query("analyze users");
});
afterAll(async () => {
  await endpoint?.close();
  await backend?.close();
  await client?.end();
  await postgres?.stop();
});

const record: SqlBackend["transaction"] = (statements, begin, options) => {
  sent.push(...statements);
  return backend.transaction(statements, begin, options);
};

interface Plan {
  "Node Type": string;
  "Parent Relationship"?: string;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  Plans?: Plan[];
}

/** Returns the page at `cursor`, the number of blocks that it costs, and the types of the nodes of its plan. */
async function costOf(sort: "created_at" | "username" | "email", isDescending: boolean, cursor?: Cursor) {
  sent.length = 0;
  const page = await listUsers(db, { actorId: "", sort, isDescending, limit: 100, skip: 0, cursor });
  return { page, ...(await costOfRows()) };
}

/**
 * Returns the number of blocks that the rows of the last list cost, and the types of the nodes of their plan. The count, which is a plan of
 * its own in the statement (InitPlan), is left out.
 */
async function costOfRows() {
  const [statement] = sent.filter(({ query }) => query.includes("limit"));
  const { rows } = await client.query(
    `explain (analyze, buffers, format json) ${statement?.query}`,
    statement?.params,
  );
  const plan: Plan = rows[0]["QUERY PLAN"][0].Plan;
  const isCount = (node: Plan) =>
    node["Parent Relationship"] === "InitPlan" && node["Node Type"] === "Aggregate";
  const nodes = (node: Plan): string[] => [
    node["Node Type"],
    ...(node.Plans ?? []).filter((inner) => !isCount(inner)).flatMap(nodes),
  ];
  const counts = (plan.Plans ?? []).filter(isCount);
  expect(counts).toHaveLength(1);
  return { blocks: blocksOf(plan) - sum(counts.map(blocksOf)), nodes: nodes(plan) };
}

const blocksOf = (plan: Plan) => plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

it.each([
  ["created_at", false],
  ["created_at", true],
  ["username", false],
  ["username", true],
  ["email", false],
  ["email", true],
] as const)(
  "keeps the last of 1000 pages by %s (descending: %s) as cheap as the first",
  async (sort, isDescending) => {
    const first = await costOf(sort, isDescending);
    // The last page is the first page of the reversed list. It starts at the end of that page.
    const reversed = await costOf(sort, !isDescending);
    const lastCursor = reversed.page.next;
    if (!lastCursor) throw new Error("The list has only one page.");
    const last = await costOf(sort, isDescending, lastCursor);

    expect(last.page.items).toHaveLength(99);
    expect(last.page.next).toBeUndefined();
    expect(last.page).toMatchObject({ total: 10_000, isTotalExact: false });
    for (const { nodes } of [first, last]) {
      expect(nodes).not.toContain("Seq Scan");
      expect(nodes).not.toContain("Sort");
    }
    expect(last.blocks).toBeLessThan(first.blocks * 1.5 + 10);
    expect(first.blocks).toBeLessThan(500);
  },
);

it("reads a few of 100000 time entries for the list of the last days, which also has an entry that began long before", async () => {
  const ownerId = (await client.query("select id from users order by created_at desc limit 1")).rows[0].id;
  await client.query(
    `insert into time_entries (owner_id, started_at, ended_at)
     select $1, at, at + interval '30 minutes' from generate_series(1, 100000) n, lateral (select now() - n * interval '1 hour' as at) as hour`,
    [ownerId],
  );
  await client.query(
    "insert into time_entries (owner_id, started_at, ended_at) values ($1, now() - interval '9 days', now())",
    [ownerId],
  );
  await client.query("analyze time_entries");
  sent.length = 0;
  const from = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  const page = await listTimeEntries(db, {
    actorId: ownerId,
    owner: undefined,
    from,
    sort: "started_at",
    isDescending: true,
    limit: 100,
    skip: 0,
  });
  // 48 entries of an hour each, and the long entry.
  expect(page.total).toBe(49);
  expect((await costOfRows()).blocks).toBeLessThan(300);
});
