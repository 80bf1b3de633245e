import { AppError } from "../errors.ts";

/** How many hashes of an isolate may wait or run at a time: the last of them waits for about a second and a half. */
export const MAX_TURNS = 32;

/** For how long other requests are served between two hashes. */
const PAUSE_MS = 5;

/** A request that its client gave up is ended by the platform, and never comes back for its turn. */
const ABANDONED_AFTER_MS = 5_000;

/** A request that waits: when it last looked whether it is its turn. */
interface Turn {
  lookedAt: number;
}

const turns: Turn[] = [];

/**
 * Does `work`, which hashes a password, when it is its turn: in the order in which requests came, one after the other, with a pause before
 * each in which other requests are served. A hash never yields, so that without this a burst of sign-ins would delay every request.
 *
 * In Workers a request may not await what another does, so that each looks by timers of its own.
 *
 * @throws AppError SERVICE_BUSY while too many wait
 */
export async function takeTurn<Result>(work: () => Result): Promise<Result> {
  dropAbandoned();
  if (turns.length >= MAX_TURNS) throw new AppError("SERVICE_BUSY", { headers: { "Retry-After": "2" } });
  const turn = { lookedAt: Date.now() };
  turns.push(turn);
  try {
    await waitFor(turn);
    return work();
  } finally {
    leave(turn);
  }
}

/** Waits until `turn` is the first, and then for one pause more: that begins after the hash before it, whenever this learned of its end. */
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
 * Drops requests that are gone. One that was only kept from looking comes in again behind the others; so does one that looked at a
 * time to come, by a clock that was set back since.
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
