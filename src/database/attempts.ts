import { eq, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { throttles } from "./entities/throttles.ts";

/** What attempts are counted under, and how long a count lives. */
export interface AttemptLimit {
  key: string;
  windowSeconds: number;
}

/**
 * The statement that counts an attempt and returns the count. To be sent before the attempt is judged: then those who
 * try many at once are counted one by one.
 */
export function countAttempt(db: Database, { key, windowSeconds }: AttemptLimit) {
  const over = sql`${throttles.windowEndsAt} <= now()`;
  const end = sql`now() + make_interval(secs => ${windowSeconds})`;
  return db
    .insert(throttles)
    .values({ key, attempts: 1, windowEndsAt: end })
    .onConflictDoUpdate({
      target: throttles.key,
      set: {
        attempts: sql`case when ${over} then 1 else ${throttles.attempts} + 1 end`,
        windowEndsAt: sql`case when ${over} then ${end} else ${throttles.windowEndsAt} end`,
      },
    })
    .returning({
      count: throttles.attempts,
      secondsLeft: sql<number>`ceil(extract(epoch from ${throttles.windowEndsAt} - now()))::int`,
    });
}

/** The statement that starts the count anew: after an attempt that succeeded. */
export const forgetAttempts = (db: Database, key: string) =>
  db.delete(throttles).where(eq(throttles.key, key));
