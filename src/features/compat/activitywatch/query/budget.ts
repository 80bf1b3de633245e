import { QueryError } from "./parser.ts";

/**
 * What one query may do, all its periods together, in steps of 10 to 50 nanoseconds: some two seconds at most. Date.now() stands
 * still while a Worker computes, so work is counted and not timed. All that ActivityWatch's own page asks of a month of 75,000
 * windows, no two with one title, takes 21 million.
 */
const MAX_STEPS = 40_000_000;

/** How large all values of a query may be at once, what they share counted each time: in truth they take about half. */
const MAX_BYTES = 80_000_000;

const TOO_MUCH = "The query takes too much work. Request a shorter period, or use fewer rules.";

/** What a query has left of the work and the memory that it may take. Both are paid for before they are used. */
export class Budget {
  #steps = MAX_STEPS;
  #bytes = MAX_BYTES;

  /** Pays for work. @throws QueryError where too little is left */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new QueryError(TOO_MUCH);
  }

  /** Pays for values of `bytes` until they are released. @throws QueryError where too little is left */
  hold(bytes: number): void {
    this.ensureRoom(bytes);
    this.#bytes -= bytes;
  }

  /** Gives back what values that are no longer needed have held. */
  release(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Asks for room before a value is built. @throws QueryError where too little is left */
  ensureRoom(bytes: number): void {
    if (bytes > this.#bytes) throw new QueryError(TOO_MUCH);
  }

  /** The steps and bytes that are in use, for tests and measurements. */
  get used(): { steps: number; bytes: number } {
    return { steps: MAX_STEPS - this.#steps, bytes: MAX_BYTES - this.#bytes };
  }
}
