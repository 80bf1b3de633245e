import { type SQL, sql } from "drizzle-orm";
import type { Block } from "../../../core/rate-limit.ts";
import type { Database } from "../../../database/client.ts";
import type { Audited, Bucket, Policy } from "./policies.ts";

/** A bucket whose source the database may have to determine, and which may apply only under a condition. */
export interface Counter extends Omit<Bucket, "of"> {
  of: string | SQL;
  counts?: SQL;
}

/** Result of counting an attempt. */
export type Counted = { is_counted: boolean; block: Block | null };

/** Returns a policy in the form of the database's functions (functions/throttling/buckets_in.sql). */
export const policyPayload = ({ name, quota, windowSeconds, delays }: Policy) => ({
  policy: name,
  quota,
  window: windowSeconds,
  first_delay: delays?.firstSeconds ?? null,
  longest_delay: delays?.longestSeconds ?? null,
});

/** Returns a bucket in the form of the database's functions. The database hashes the source. */
export const bucketPayload = ({ policy, of }: Bucket) => ({ ...policyPayload(policy), source: of });

/**
 * Returns a statement that fails its batch with RATE_LIMIT_EXCEEDED while any of `buckets` is blocked. Put it before the
 * statements that an attempt reads with, and again before the statements that a success writes with, so that concurrent
 * attempts can't succeed either once the quota is used up.
 */
export const requireOpen = (db: Database, buckets: readonly Counter[]) =>
  db.execute(sql`select demand_open(${payloadOf(buckets)})`);

/**
 * Returns a statement that counts an attempt, and fails its batch with RATE_LIMIT_EXCEEDED if the quota is used up. If a later
 * statement of the batch fails, the count is rolled back: then count again in a statement of its own.
 */
export const requireAttempt = (db: Database, buckets: readonly Counter[]) =>
  db.execute(sql`select demand_attempt(${payloadOf(buckets)})`);

/**
 * Counts an attempt in each of `buckets`, or in none while any of them is blocked. Locks the rows, so that concurrent attempts
 * are counted up to exactly the quota. `buckets` may be an SQL expression of their payload.
 */
export const countAttempt = (db: Database, buckets: readonly Counter[] | SQL, audited?: Audited) =>
  db.execute<{ counted: Counted }>(sql`
    select count_attempt(${Array.isArray(buckets) ? payloadOf(buckets) : buckets},
      ${audited ? JSON.stringify(audited) : null}::jsonb) as counted`);

/** Returns a statement that resets the counts of `buckets`. Use it only for counts that concern no other account. */
export const resetCounts = (db: Database, buckets: readonly Counter[]) =>
  db.execute(sql`select reset_counts(${payloadOf(buckets)})`);

/** Returns the payload of `buckets` as an SQL expression of type jsonb, without those whose condition does not hold. */
function payloadOf(buckets: readonly Counter[]): SQL {
  if (buckets.every(isBucket)) return sql`${JSON.stringify(buckets.map(bucketPayload))}::jsonb`;
  const payloads = buckets.map(
    ({ policy, of, counts = sql`true` }) => sql`
      case when ${counts} then ${JSON.stringify(policyPayload(policy))}::jsonb || jsonb_build_object('source', ${of}::text) end`,
  );
  return sql`to_jsonb(array_remove(array[${sql.join(payloads, sql`, `)}], null))`;
}

const isBucket = (counter: Counter): counter is Bucket =>
  typeof counter.of === "string" && counter.counts === undefined;
