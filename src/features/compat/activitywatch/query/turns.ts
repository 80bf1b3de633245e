import { AppError } from "../../../../core/errors.ts";
import { rateLimitExceeded } from "../../../../core/rate-limit.ts";

/** The right to hold much memory, which one query of an isolate has at a time. */
export interface Turn {
  /** Takes the turn, if this query doesn't have it yet. @throws AppError RATE_LIMIT_EXCEEDED while another query has it */
  take(): void;
  /** Gives the turn to the next query. */
  end(): void;
}

/** A turn expires after this time even if its request still runs: a disconnected client may never end it. Clocks may be set back. */
const MAX_TURN_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

let current: { turn: Turn; since: number } | undefined;

/**
 * Returns a turn that a query takes once it is known to read much. An isolate has 128 MB for all its requests, and such a query may need
 * most of them, so only one runs at a time. A second one is rejected and does not wait: in Workers a request can't await the work of
 * another.
 */
export function newTurn(): Turn {
  const turn: Turn = {
    take() {
      const now = Date.now();
      if (current && current.turn !== turn && Math.abs(now - current.since) < MAX_TURN_MS)
        throw otherQueryRunning();
      current ??= { turn, since: now };
      if (current.turn !== turn) current = { turn, since: now };
    },
    end() {
      if (current?.turn === turn) current = undefined;
    },
  };
  return turn;
}

function otherQueryRunning(): AppError {
  const seconds = RETRY_AFTER_SECONDS;
  const { headers } = rateLimitExceeded({ policy: "large-queries", quota: 1, window: seconds, seconds });
  return new AppError("RATE_LIMIT_EXCEEDED", {
    message: `Another large query is running. Try again in ${seconds} seconds, or query a shorter period.`,
    headers,
  });
}
