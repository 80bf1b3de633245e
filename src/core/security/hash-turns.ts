import { AppError } from "../errors.ts";

/** Maximum number of hashes that wait or run in an isolate. The last of them waits about 1.5 seconds. */
export const MAX_TURNS = 32;

/** Pause between two hashes, in which other requests are served. */
const PAUSE_MS = 5;

/** Time after which a waiting request counts as abandoned: the platform ends requests whose client has disconnected. */
const ABANDONED_AFTER_MS = 5_000;

/** A waiting request, and the time at which it last checked its turn. */
interface Turn {
  lookedAt: number;
}

const turns: Turn[] = [];

/**
 * Runs `work`, which hashes a password, in turn: one request after the other, in the order of their arrival, with a pause before each in
 * which other requests are served. A hash never yields, so a burst of sign-ins would otherwise delay all requests.
 *
 * In Workers, a request cannot await another one, so each checks its turn with its own timers.
 *
 * @throws AppError SERVICE_BUSY while too many requests wait
 */
export async function takeTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  dropAbandoned();
  if (turns.length >= MAX_TURNS) throw new AppError("SERVICE_BUSY", { headers: { "Retry-After": "2" } });
  const turn = { lookedAt: Date.now() };
  turns.push(turn);
  try {
    await waitFor(turn);
    return await work();
  } finally {
    leave(turn);
  }
}

/** Waits until `turn` is first, and then for one more pause, which starts after the end of the previous hash. */
async function waitFor(turn: Turn): Promise<void> {
  let wasFirst = false;
  for (;;) {
    if (!turns.includes(turn)) turns.push(turn);
    const place = turns.indexOf(turn);
    if (place === 0 && wasFirst) return;
    wasFirst = place === 0;
    await pause(PAUSE_MS * Math.max(1, place));
    turn.lookedAt = Date.now();
    dropAbandoned();
  }
}

/**
 * Drops abandoned requests. A request that was only delayed joins the end of the queue again; so does a request whose time is
 * in the future because the clock was set back.
 */
function dropAbandoned(): void {
  const now = Date.now();
  for (const turn of turns.filter(({ lookedAt }) => Math.abs(now - lookedAt) > ABANDONED_AFTER_MS))
    leave(turn);
}

function leave(turn: Turn): void {
  const place = turns.indexOf(turn);
  if (place >= 0) turns.splice(place, 1);
}

const pause = (milliseconds: number) => new Promise<void>((resume) => setTimeout(resume, milliseconds));
