import { QueryError } from "./parser.ts";

/**
 * Work that one query may take, for all its periods together, in steps of 10 to 50 nanoseconds: some two seconds at most. Work is counted
 * and not timed, since Date.now() stands still while a Worker computes. All queries that ActivityWatch's own page makes for a month of
 * 75,000 windows, no two with the same title, take 21 million.
 */
const MAX_STEPS = 40_000_000;

/** Maximum number of bytes of all values that a query holds at a time. Shared parts are counted each time, so the real size is about half. */
const MAX_BYTES = 80_000_000;

const TOO_MUCH = "The query takes too much work. Request a shorter period, or use fewer rules.";

/** Budget of a query: the work and the memory that it may still take. Both are paid for before they are used. */
export class Budget {
  #steps = MAX_STEPS;
  #bytes = MAX_BYTES;

  /** Pays for work. @throws QueryError if too little is left */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new QueryError(TOO_MUCH);
  }

  /** Pays for values of `bytes` until they are released. @throws QueryError if too little is left */
  hold(bytes: number): void {
    this.ensureRoom(bytes);
    this.#bytes -= bytes;
  }

  /** Gives the bytes of values that are no longer needed back to the budget. */
  release(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Requires room for a value before it is built. @throws QueryError if too little is left */
  ensureRoom(bytes: number): void {
    if (bytes > this.#bytes) throw new QueryError(TOO_MUCH);
  }

  /** Steps and bytes in use, for tests and measurements. */
  get used(): { steps: number; bytes: number } {
    return { steps: MAX_STEPS - this.#steps, bytes: MAX_BYTES - this.#bytes };
  }
}
