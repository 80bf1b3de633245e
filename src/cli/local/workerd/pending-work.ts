const CHECK_MS = 20;

/** Number of requests under way and of works that they deferred. */
let pending = 0;

/** Returns the result of `handle`, and counts it as pending, with all work that it defers through `execution`. */
export async function trackWork<Result>(
  execution: ExecutionContext,
  handle: (tracked: ExecutionContext) => Promise<Result>,
): Promise<Result> {
  const count = <Value>(work: Promise<Value>) => {
    pending++;
    return work.finally(() => pending--);
  };
  const waitUntil = (work: Promise<unknown>) => execution.waitUntil(count(work));
  return count(handle({ ...execution, waitUntil }));
}

/** Resolves when no request is under way and no deferred work is left. */
export async function untilIdle(): Promise<void> {
  // Promises of one request can't be awaited in another.
  while (pending > 0) await scheduler.wait(CHECK_MS);
}
