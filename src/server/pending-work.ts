/** Work that goes on after the response to its request. */
export interface PendingWork {
  /** Returns the execution context of a request, as Workers have one. */
  createContext(): ExecutionContext;
  /** Waits until all work is done. */
  settle(): Promise<void>;
}

/** Returns the record of the work that the application defers with `waitUntil`, so that the process does not end before it is done. */
export function trackPendingWork(): PendingWork {
  const pending = new Set<Promise<unknown>>();
  const context = {
    waitUntil(work: Promise<unknown>) {
      const done = work.catch(() => {}).finally(() => pending.delete(done));
      pending.add(done);
    },
    passThroughOnException() {},
    props: {},
  };
  return {
    // The application uses no other part of the context.
    createContext: () => context as unknown as ExecutionContext,
    async settle() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
