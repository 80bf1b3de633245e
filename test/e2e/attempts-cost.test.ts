import { afterAll, beforeAll, expect, it } from "vitest";
import { type ServedPostgres, servePostgres } from "../support/served-postgres.ts";

const FUNCTIONS = ["standing_block", "demand_open", "count_attempt", "reset_counts"];

let served: ServedPostgres;
beforeAll(async () => {
  served = await servePostgres("attempts");
  // PostgreSQL keeps the plans that it makes now, while the table is empty.
  await served.client.query("vacuum analyze throttles");
  for (const name of FUNCTIONS) for (let time = 0; time < 10; time++) await call(name);
  await served.client.query(`
    insert into throttles (key, attempts, window_ends_at, blocked_until)
    select 'other:' || n, 1, now() + interval '1 hour', now() + interval '1 hour' from generate_series(1, 500) as n`);
});
afterAll(() => served?.close());

/** Calls a function with one bucket and with two. */
async function call(name: string): Promise<void> {
  const bucketOf = (source: string) => ({ policy: "login", source, quota: 1_000, window: 900 });
  for (const buckets of [[bucketOf("one")], [bucketOf("one"), bucketOf("other")]])
    await served.client.query(`select ${name}($1)`, [JSON.stringify(buckets)]);
}

/** Returns the number of counts that statements have read without an index. PGlite doesn't keep this statistic. */
async function countsReadInFull(): Promise<number> {
  await served.client.query("select pg_stat_force_next_flush()");
  const { rows } = await served.client.query(
    "select seq_tup_read from pg_stat_user_tables where relname = 'throttles'",
  );
  return Number(rows[0].seq_tup_read);
}

it.each(FUNCTIONS)("reads counts by their keys, however many others there are: %s", async (name) => {
  const before = await countsReadInFull();
  await call(name);
  expect(await countsReadInFull()).toBe(before);
});
