/** Time after which an unanswered request counts as abandoned: the platform ends requests whose client has left without a trace. */
const ABANDONED_AFTER_MS = 5_000;

/** A request that is being served, and the time of its beginning. */
interface Serving {
  since: number;
}

/** The requests that this isolate is serving, oldest first. */
const serving = new Set<Serving>();

/** Serves a request with `answer`, and counts the request as in flight until it is answered. */
export async function serve<Answer>(answer: () => Answer | Promise<Answer>): Promise<Answer> {
  const entry = { since: Date.now() };
  serving.add(entry);
  try {
    return await answer();
  } finally {
    serving.delete(entry);
  }
}

/** Returns the number of requests that this isolate is serving, without abandoned ones. */
export function countInFlight(): number {
  const now = Date.now();
  for (const entry of serving) {
    // A time in the future means that the clock was set back.
    if (Math.abs(now - entry.since) <= ABANDONED_AFTER_MS) break;
    serving.delete(entry);
  }
  return serving.size;
}
