import { AppError } from "../errors.ts";

/** Longest wait for a hash, in milliseconds: many times the usual one, for a busy machine. */
const MAX_WAIT_MS = 10_000;

/** Time in milliseconds after which a request that was called for its turn, but doesn't begin, counts as abandoned. */
const ABANDONED_AFTER_MS = 1_000;

export interface HashQueueOptions {
  /** Number of hashes that may run at the same time. */
  concurrency: number;
  /** Lets other requests run: each turn waits for it before its hash. Not needed if hashes run in other threads. */
  letOthersRun?: () => Promise<void>;
}

/** A request for a turn. */
export interface HashRequest {
  /** Number of requests that may wait at the same time. */
  limit: number;
  /** Origin of the request, such as a network: origins take turns, and share the queue evenly when it is full. */
  source: string;
  /** Signal of a client that leaves. */
  signal?: AbortSignal | undefined;
}

interface Turn extends HashRequest {
  stage: "waiting" | "called" | "hashing" | "over";
  calledAt: number;
  /** Ends the wait, if the request is waiting. */
  wake: () => void;
}

export type HashQueue = ReturnType<typeof createHashQueue>;

/**
 * Creates a queue of password hashes. Requests of one source are served in the order of their arrival; sources take turns. When the queue is
 * full, a request displaces the newest one of the source that has the most waiting, unless that is its own source.
 *
 * A waiting request is called by the code of another request. In Workers, it then continues in its own context, and never continues if the
 * platform has ended it: so each step also works if a request disappears.
 */
export function createHashQueue({ concurrency, letOthersRun }: HashQueueOptions) {
  /** The waiting turns of each source. The first source is called next. */
  const lines = new Map<string, Turn[]>();
  const running = new Set<Turn>();
  const waiting = () => [...lines.values()].flat();

  /**
   * Runs `work`, which hashes a password, when it is the request's turn.
   *
   * @throws AppError SERVICE_BUSY if the queue is full, or the client has left
   */
  async function take<Result>(request: HashRequest, work: () => Result | Promise<Result>): Promise<Result> {
    releaseAbandoned();
    const turn: Turn = { ...request, stage: "waiting", calledAt: 0, wake: () => {} };
    const leave = () => (turn.stage === "hashing" ? undefined : end(turn));
    request.signal?.addEventListener("abort", leave);
    try {
      if (request.signal?.aborted) throw busy();
      await wait(turn);
      await letOthersRun?.();
      if (turn.stage !== "called") throw busy();
      turn.stage = "hashing";
      return await work();
    } finally {
      request.signal?.removeEventListener("abort", leave);
      end(turn);
    }
  }

  /** Waits until `turn` is called. @throws AppError SERVICE_BUSY */
  async function wait(turn: Turn): Promise<void> {
    join(turn);
    callNext();
    if (turn.stage === "waiting") await untilCalled(turn);
    if (turn.stage !== "called") throw busy();
  }

  /** Puts `turn` at the end of the line of its source. @throws AppError SERVICE_BUSY if the queue is full */
  function join(turn: Turn): void {
    requireRoom(turn);
    if (waiting().length >= turn.limit) end(displacedBy(turn.source));
    lines.set(turn.source, [...(lines.get(turn.source) ?? []), turn]);
  }

  /** Rejects a request for which the queue has no room. @throws AppError SERVICE_BUSY */
  function requireRoom({ source, limit }: HashRequest): void {
    if (waiting().length >= limit && !displacedBy(source)) throw busy();
  }

  /** Returns the waiting turn that a request of `source` displaces in a full queue, or undefined if its source has its share. */
  function displacedBy(source: string): Turn | undefined {
    const longest = [...lines.values()].reduce((one, other) => (other.length > one.length ? other : one), []);
    return longest.length > (lines.get(source)?.length ?? 0) + 1 ? longest.at(-1) : undefined;
  }

  /** Calls the first turns of the next sources, while hashes may start. */
  function callNext(): void {
    while (running.size < concurrency) {
      const [turn] = lines.values().next().value ?? [];
      if (!turn) return;
      removeFromLine(turn, { isServed: true });
      running.add(turn);
      turn.stage = "called";
      turn.calledAt = Date.now();
      turn.wake();
    }
  }

  /** Removes `turn` from its line. A source that was served goes behind the others. */
  function removeFromLine(turn: Turn, { isServed = false } = {}): void {
    const line = (lines.get(turn.source) ?? []).filter((other) => other !== turn);
    if (isServed || line.length === 0) lines.delete(turn.source);
    if (line.length > 0) lines.set(turn.source, line);
  }

  /** Ends a turn, and calls the next one. */
  function end(turn: Turn | undefined): void {
    if (!turn || turn.stage === "over") return;
    if (turn.stage === "waiting") removeFromLine(turn);
    turn.stage = "over";
    running.delete(turn);
    turn.wake();
    callNext();
  }

  /** Ends turns that were called but didn't begin: the platform has ended their requests. */
  function releaseAbandoned(): void {
    const now = Date.now();
    for (const turn of running) {
      // A time in the future means that the clock was set back.
      const isLate = Math.abs(now - turn.calledAt) > ABANDONED_AFTER_MS;
      if (turn.stage === "called" && isLate) end(turn);
    }
  }

  /** Waits until `turn` is called or ends, at most `MAX_WAIT_MS`. */
  async function untilCalled(turn: Turn): Promise<void> {
    const deadline = setTimeout(() => (turn.stage === "waiting" ? end(turn) : undefined), MAX_WAIT_MS);
    // A request without timers of its own would count as hung on the platform.
    const check = setInterval(releaseAbandoned, ABANDONED_AFTER_MS);
    await new Promise<void>((resolve) => {
      turn.wake = resolve;
    });
    clearTimeout(deadline);
    clearInterval(check);
  }

  return {
    take,
    requireRoom,
    /** Returns the number of hashes that run, and of requests that wait. */
    depth: () => ({ running: running.size, waiting: waiting().length }),
  };
}

const busy = () => new AppError("SERVICE_BUSY", { headers: { "Retry-After": "2" } });
