import { AppError } from "../../../../core/errors.ts";
import { rateLimitExceeded } from "../../../../core/rate-limit.ts";

/** The right to hold much memory, which one query of an isolate has at a time. */
export interface Turn {
  /** Takes it, if this query has not yet. @throws AppError RATE_LIMIT_EXCEEDED while another query has it */
  take(): void;
  /** Gives the turn to the next query. */
  end(): void;
}

/** A turn is over after so long, even if its request still runs: one whose client has gone may never say so, and clocks are set back. */
const MAX_TURN_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

let current: { turn: Turn; since: number } | undefined;

/**
 * A turn that a query may take once it is known to read much. An isolate has 128 MB for all its requests, and such a query may need
 * most of them, so no two run in it at once. The second one is told to come again instead of waiting: in Workers one request can't
 * await what another does.
 */
export function newTurn(): Turn {
  const turn: Turn = {
    take() {
      const now = Date.now();
      if (current && current.turn !== turn && Math.abs(now - current.since) < MAX_TURN_MS) throw busy();
      current ??= { turn, since: now };
      if (current.turn !== turn) current = { turn, since: now };
    },
    end() {
      if (current?.turn === turn) current = undefined;
    },
  };
  return turn;
}

function busy(): AppError {
  const seconds = RETRY_AFTER_SECONDS;
  const { headers } = rateLimitExceeded({ policy: "large-queries", quota: 1, window: seconds, seconds });
  return new AppError("RATE_LIMIT_EXCEEDED", {
    message: `Another large query is running. Try again in ${seconds} seconds, or query a shorter period.`,
    headers,
  });
}
