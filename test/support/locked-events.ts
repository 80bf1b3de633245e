import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Database } from "../../src/database/client.ts";

/**
 * Does `work` while another transaction locks the activity events for two seconds, so that no report of several concurrent ones ends
 * before the last one begins.
 */
export async function whileEventsAreLocked<Result>(
  db: Database,
  work: () => Promise<Result>,
): Promise<Result> {
  // A statement of Drizzle runs when it is awaited.
  const holder = Promise.resolve(
    db.execute(
      sql`do $$ begin lock table activity_events in access exclusive mode; perform pg_sleep(2); end $$`,
    ),
  );
  await expect
    .poll(async () => {
      const { rows } = await db.execute(sql`
        select from pg_locks where relation = 'activity_events'::regclass and mode = 'AccessExclusiveLock' and granted`);
      return rows.length;
    })
    .toBe(1);
  const [result] = await Promise.all([work(), holder]);
  return result;
}
