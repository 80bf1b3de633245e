import { afterAll, beforeAll, expect, it } from "vitest";
import { type ServedPostgres, servePostgres } from "../support/served-postgres.ts";

let served: ServedPostgres;
beforeAll(async () => {
  served = await servePostgres("attempts");
  await served.client.query(`
    insert into throttles (key, attempts, window_ends_at, blocked_until)
    select 'other:' || n, 1, now() + interval '1 hour', now() + interval '1 hour' from generate_series(1, 500) as n`);
  await served.client.query("analyze throttles");
});
afterAll(() => served?.close());

/** Returns the number of counts that statements have read without an index. PGlite doesn't keep this statistic. */
async function countsReadInFull(): Promise<number> {
  await served.client.query("select pg_stat_force_next_flush()");
  const { rows } = await served.client.query(
    "select seq_tup_read from pg_stat_user_tables where relname = 'throttles'",
  );
  return Number(rows[0].seq_tup_read);
}

it.each(["standing_block", "demand_open", "count_attempt", "reset_counts"])(
  "reads counts by their keys, however many others there are: %s",
  async (name) => {
    const bucketOf = (source: string) => ({ policy: "login", source, quota: 10, window: 900 });
    const before = await countsReadInFull();
    for (const buckets of [[bucketOf("one")], [bucketOf("one"), bucketOf("other")]])
      await served.client.query(`select ${name}($1)`, [JSON.stringify(buckets)]);
    expect(await countsReadInFull()).toBe(before);
  },
);
