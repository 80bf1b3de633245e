import { rateLimitExceeded } from "../../../core/rate-limit.ts";
import type { Progress, Spending } from "../../../database/work.ts";
import type { Scope } from "../../../http/context.ts";
import type { Audited, Bucket } from "./policies.ts";
import * as repository from "./repository.ts";
import * as statements from "./statements.ts";

/**
 * Counts an attempt before it is made.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if the quota is used up
 */
export async function countAttempt({ db }: Scope, buckets: readonly Bucket[]): Promise<void> {
  await statements.requireAttempt(db, buckets);
}

/**
 * Counts a failed attempt, in a separate round trip, which only failures cost. Concurrent attempts beyond the quota get this
 * error in place of their own, so that they reveal nothing.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if the quota was used up in the meantime
 */
export async function countFailure(
  { db }: Scope,
  buckets: readonly Bucket[],
  audited?: Audited,
): Promise<void> {
  if (buckets.length === 0 && !audited) return;
  const { rows } = await statements.countAttempt(db, buckets, audited);
  const block = rows[0]?.counted.block;
  if (block) throw rateLimitExceeded(block);
}

/** Removes counts of attempts whose window has ended. */
export const removeOldCounts = ({ db }: Pick<Scope, "db">, spending: Spending): Promise<Progress> =>
  repository.removeExpired(db, spending);
