import type { Settings } from "../config.ts";
import { countInFlight } from "../in-flight.ts";
import { networkOf, siteOf } from "../network.ts";
import type { Origin } from "../origin.ts";
import { createHashQueue, type HashQueue } from "./hash-queue.ts";

/** Number of requests that may wait for each hash that runs, with the default cost. The last of them waits about a second. */
export const MAX_WAITING = 32;

/** Cost of a hash with the default settings: KiB of memory times passes. */
const DEFAULT_COST = 19_456 * 2;

/** Longest pause between two hashes, in milliseconds: about as long as a hash, so that other requests get at least half of the time. */
const MAX_PAUSE_MS = 25;

/** A request that hashes a password. Programs of the command line have no origin. */
export interface Hasher {
  settings: Settings;
  origin?: Pick<Origin, "address" | "clientSignal">;
}

/** The queue of an isolate: its hashes run in the thread that serves requests. */
let queue: HashQueue = createHashQueue({ concurrency: 1, letOthersRun });
let concurrency = 1;

/** Replaces the queue by one of hashes that run in other threads, at most `threads` at the same time. */
export function hashInThreads(threads: number): void {
  queue = createHashQueue({ concurrency: threads });
  concurrency = threads;
}

/** Returns the number of hashes that run, and of requests that wait for theirs. */
export const hashQueueDepth = () => queue.depth();

/**
 * Runs `work`, which hashes a password, in turn. A hash in an isolate never yields, so a burst of sign-ins would otherwise delay all
 * requests, and there is a pause before each hash, in which other requests are served.
 *
 * @throws AppError SERVICE_BUSY if too many requests wait, or the client has left
 */
export const takeTurn = <Result>(hasher: Hasher, work: () => Result | Promise<Result>): Promise<Result> =>
  queue.take(requestOf(hasher), work);

/** Rejects a request early for which the queue has no room, before it costs anything. @throws AppError SERVICE_BUSY */
export const requireTurn = (hasher: Hasher): void => queue.requireRoom(requestOf(hasher));

function requestOf({ settings, origin }: Hasher) {
  const cost = settings.ARGON2_MEMORY_KIB * settings.ARGON2_ITERATIONS;
  return {
    limit: Math.max(1, Math.floor((MAX_WAITING * concurrency * DEFAULT_COST) / cost)),
    source: siteOf(networkOf(origin?.address ?? "") ?? ""),
    signal: origin?.clientSignal?.(),
  };
}

/** Waits until the other requests in flight are answered or wait for a hash themselves, at least one millisecond. */
async function letOthersRun(): Promise<void> {
  for (let waited = 0; waited < MAX_PAUSE_MS; waited++) {
    await new Promise<void>((resume) => setTimeout(resume, 1));
    const { running, waiting } = queue.depth();
    if (countInFlight() <= running + waiting) return;
  }
}
