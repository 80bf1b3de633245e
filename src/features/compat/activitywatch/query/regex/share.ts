import { tooLarge, tooMuchWork } from "./errors.ts";

/** Steps of building a state, and of visiting it if nothing is remembered. */
export const STATE_STEPS = 4;

/**
 * Limits of all regular expressions of a query together, besides reading texts: steps, as the query's budget has them, states and
 * transitions. Each expression may take up to a quarter of the rest, so that an expression that takes too much is stopped and doesn't
 * affect the others.
 */
export class Pool {
  steps = 24_000_000;
  /** States of their machines: some megabytes. */
  states = 120_000;
  /** Transitions that are remembered: some megabytes. */
  remembered = 60_000;
}

/** Share of one regular expression in a pool. */
export class Share {
  readonly #pool: Pool;
  readonly #taken = { steps: 0, states: 0, remembered: 0 };

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Pays for work. @throws RegexError if one expression takes too much */
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

  /** Returns whether `count` more transitions may be remembered, and counts them if so. */
  canRemember(count: number): boolean {
    const isFair = this.#isFair("remembered", count);
    if (isFair) this.#take("remembered", count);
    return isFair;
  }

  #take(resource: keyof Pool, count: number): void {
    this.#pool[resource] -= count;
    this.#taken[resource] += count;
  }

  #isFair(resource: keyof Pool, more: number): boolean {
    return 3 * (this.#taken[resource] + more) <= this.#pool[resource] - more;
  }
}
