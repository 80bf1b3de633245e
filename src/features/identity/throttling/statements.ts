import { type SQL, sql } from "drizzle-orm";
import type { Block } from "../../../core/rate-limit.ts";
import type { Database } from "../../../database/client.ts";
import { SQLSTATES } from "../../../database/sqlstates.ts";
import { throttles } from "../../../database/tables/throttles.ts";
import type { Audited, Bucket } from "./policies.ts";

/** A bucket whose source the database may have to determine, and which may apply only under a condition. */
export interface Counter extends Omit<Bucket, "of"> {
  of: string | SQL;
  counts?: SQL;
}

/** Result of counting an attempt. */
export type Counted = { is_counted: boolean; block: Block | null };

/** Selects the block on `buckets` that ends last, in one row; null if none of them is blocked. */
export const selectBlock = (db: Database, buckets: readonly Counter[]) =>
  db.execute<{ block: Block | null }>(sql`
    with ${bucketCte(buckets)}, ${standingCte()} select ${lastBlock} as block`);

/**
 * Returns a statement that fails its batch with RATE_LIMIT_EXCEEDED while any of `buckets` is blocked. Put it before the
 * statements that an attempt reads with, and again before the statements that a success writes with, so that concurrent
 * attempts can't succeed either once the quota is used up.
 */
export const requireOpen = (db: Database, buckets: readonly Counter[]) =>
  db.execute(sql`
    with ${bucketCte(buckets)}, ${standingCte()}
    select demand(not exists (select from standing where is_blocked), ${SQLSTATES.throttled.code}, ${lastBlock}::text)`);

/**
 * Returns a statement that counts an attempt, and fails its batch with RATE_LIMIT_EXCEEDED if the quota is used up. If a later
 * statement of the batch fails, the count is rolled back: then count again in a statement of its own.
 */
export const requireAttempt = (db: Database, buckets: readonly Counter[]) =>
  db.execute(sql`
    with ${bucketCte(buckets)}, ${standingCte(sql`for update of t`)}, ${countedCte}
    select demand(${isCounted}, ${SQLSTATES.throttled.code}, coalesce(${lastBlock}, ${momentaryBlock})::text)`);

/**
 * Counts an attempt in each of `buckets`, or in none while any of them is blocked. Locks the rows, so that concurrent attempts
 * are counted up to exactly the quota.
 */
export const countAttempt = (db: Database, buckets: readonly Counter[], audited?: Audited) =>
  db.execute<Counted>(sql`
    with ${bucketCte(buckets)}, ${standingCte(sql`for update of t`)}, ${countedCte}
    select ${isCounted} as is_counted,
      case when not ${isCounted} then coalesce(${lastBlock}, ${momentaryBlock}) end as block
      ${audited ? selectAudit(audited) : sql``}`);

/** Returns a statement that resets the counts of `buckets`. Use it only for counts that concern no other account. */
export const resetCounts = (db: Database, buckets: readonly Counter[]) =>
  db.execute(sql`
    with ${bucketCte(buckets)}, found as materialized (
      select t.key from ${throttles} t join bucket on bucket.key = t.key order by t.key for update of t)
    delete from ${throttles} where key in (select key from found)`);

/** Returns the buckets as a CTE. The database hashes the source, so that values that it considers equal share a count. */
function bucketCte(buckets: readonly Counter[]): SQL {
  const rows = buckets.map(({ policy, of, counts = sql`true` }) => {
    const { name, quota, windowSeconds, delays } = policy;
    return sql`
      select ${name} || ':' || encode(sha256(convert_to(${of}, 'UTF8')), 'hex'), ${name}::text, ${quota}::int,
        ${windowSeconds}::int, ${delays?.firstSeconds ?? null}::int, ${delays?.longestSeconds ?? null}::int
      where ${counts}`;
  });
  const none = sql`select null, null, 0, 0, 0, 0 where false`;
  return sql`bucket (key, policy, quota, "window", first_delay, longest_delay) as materialized (
    ${sql.join(rows.length ? rows : [none], sql` union all `)})`;
}

/** Returns a CTE with the current state of the buckets. Rows are locked in one order to prevent deadlocks. */
const standingCte = (lock = sql``) => sql`
  standing as materialized (
    select bucket.*, ceil(extract(epoch from t.blocked_until - now()))::int as seconds,
      coalesce(t.blocked_until > now() and t.window_ends_at > now(), false) as is_blocked
    from ${throttles} t join bucket on bucket.key = t.key
    order by t.key ${lock}
  )`;

const lastBlock = sql`(
  select jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', seconds)
  from standing where is_blocked order by seconds desc limit 1)`;

/** Block for first attempts in such a burst that the count began after this statement did. */
const momentaryBlock = sql`(
  select jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', 1)
  from bucket limit 1)`;

const isCounted = sql`(select count(*) from counted) = (select count(*) from bucket)`;

/** Returns SQL for the state of a bucket after one attempt more than `attempts`, in a window that ends at `windowEnd`. */
const nextState = (attempts: SQL, windowEnd: SQL) => sql`
  bucket
  cross join lateral (select case when ${windowEnd} <= now() then 1 else ${attempts} + 1 end as attempts) as next
  cross join lateral (
    select case when next.attempts >= quota then
      make_interval(secs => coalesce(least(first_delay * 2 ^ least(next.attempts - quota, 30), longest_delay), "window"))
    end as delay) as wait
  cross join lateral (
    select now() + delay as blocked_until,
      case
        when delay is not null
          then now() + delay + make_interval(secs => case when first_delay is null then 0 else "window" end)
        when ${windowEnd} <= now() then now() + make_interval(secs => "window")
        else ${windowEnd}
      end as window_ends_at) as ends`;

const countedCte = sql`
  counted as (
    insert into ${throttles} as t (key, attempts, window_ends_at, blocked_until)
    select key, next.attempts, ends.window_ends_at, ends.blocked_until
    from ${nextState(sql`0`, sql`now()`)}
    where not exists (select from standing where is_blocked)
    order by key
    on conflict (key) do update set (attempts, window_ends_at, blocked_until) = (
      select next.attempts, ends.window_ends_at, ends.blocked_until
      from ${nextState(sql`t.attempts`, sql`t.window_ends_at`)} where bucket.key = t.key)
    where t.blocked_until is null or least(t.blocked_until, t.window_ends_at) <= now()
    returning key, blocked_until > now() as is_blocked
  )`;

const selectAudit = ({ failure, block, userId }: Audited) => sql`
  , (select audit(${failure}, 'user', ${userId}::uuid, '{}') where ${isCounted}),
  (select audit(${block}, 'user', ${userId}::uuid, jsonb_build_object('policies', jsonb_agg(policy order by policy)))
   from counted join bucket using (key) where is_blocked having count(*) > 0)`;
