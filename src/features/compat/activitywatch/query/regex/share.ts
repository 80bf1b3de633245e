import { tooLarge, tooMuchWork } from "./errors.ts";

/** The steps that a state takes to build, and to be visited where nothing is remembered. */
export const STATE_STEPS = 4;

/**
 * What all regular expressions of a query may do, build and remember besides reading texts, the work in steps as its budget has them.
 * Each may take up to a quarter of what the others have left: so one that takes too much is stopped, and spoils no other.
 */
export class Pool {
  steps = 24_000_000;
  /** States of their machines: some megabytes. */
  states = 120_000;
  /** Transitions that are remembered: some megabytes. */
  remembered = 60_000;
}

/** What one regular expression has taken from a pool. */
export class Share {
  readonly #pool: Pool;
  readonly #taken = { steps: 0, states: 0, remembered: 0 };

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Pays for work. @throws RegexError where it is too much for one expression */
  spend(steps: number): void {
    this.#take("steps", steps);
    if (!this.#isFair("steps", 0)) throw tooMuchWork();
  }

  /** Pays for a state. @throws RegexError where there are too many */
  build(): void {
    if (!this.#isFair("states", 1)) throw tooLarge();
    this.#take("states", 1);
    this.spend(STATE_STEPS);
  }

  /** Whether `count` more transitions may be remembered; they are counted then. */
  canRemember(count: number): boolean {
    const isFair = this.#isFair("remembered", count);
    if (isFair) this.#take("remembered", count);
    return isFair;
  }

  #take(what: keyof Pool, count: number): void {
    this.#pool[what] -= count;
    this.#taken[what] += count;
  }

  #isFair(what: keyof Pool, more: number): boolean {
    return 3 * (this.#taken[what] + more) <= this.#pool[what] - more;
  }
}
