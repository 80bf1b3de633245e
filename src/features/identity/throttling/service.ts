import { rateLimitExceeded } from "../../../core/rate-limit.ts";
import type { Progress, Spending } from "../../../database/work.ts";
import type { Scope } from "../../../http/context.ts";
import type { Audited, Bucket } from "./policies.ts";
import * as repository from "./repository.ts";
import * as statements from "./statements.ts";

/**
 * Counts what is about to be tried.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if it is one too many
 */
export async function countAttempt({ db }: Scope, buckets: readonly Bucket[]): Promise<void> {
  await statements.requireAttempt(db, buckets);
}

/**
 * Counts an attempt that failed: a round trip of its own, for the failing path only. What one finds out beyond the quota,
 * by trying many at once, is not told.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if the quota had been used up by the time
 */
export async function countFailure(
  { db }: Scope,
  buckets: readonly Bucket[],
  audited?: Audited,
): Promise<void> {
  if (buckets.length === 0 && !audited) return;
  const { rows } = await statements.countAttempt(db, buckets, audited);
  const block = rows[0]?.block;
  if (block) throw rateLimitExceeded(block);
}

/** Removes counts of attempts that are over. */
export const removeOldCounts = ({ db }: Pick<Scope, "db">, spending: Spending): Promise<Progress> =>
  repository.removeOver(db, spending);
