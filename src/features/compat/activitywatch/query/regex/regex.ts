import type { Budget } from "../budget.ts";
import { backtrackingTestOf } from "./backtracking.ts";
import { type Characters, type CharacterTest, testOf } from "./characters.ts";
import { RegexError, tooLarge } from "./errors.ts";
import { machineOf } from "./machine.ts";
import { Pool, Share } from "./share.ts";
import { type Expression, type Lookaround, readRegex, relax } from "./syntax.ts";

/** Test whether an expression matches anywhere in `text`. It pays for its work. @throws RegexError, QueryError */
export type Matcher = (text: string) => boolean;

/** A rule that can't be used, and the reason. */
export interface UnusableRule {
  rule: unknown;
  reason: string;
}

/** Steps for reading a character whose result is remembered, and for reading a character with each machine if there are lookarounds. */
const CHARACTER_STEPS = 0.2;
const LOOK_STEPS = 0.7;
const MAX_LOOKS = 20;
/** Bytes of a character's expression once JavaScript has compiled it. */
const TEST_BYTES = 2_000;
const SOURCE_STEPS = 10;

/** The regular expressions of a query, each compiled once. */
export class Regexes {
  readonly #budget: Budget;
  readonly #pool = new Pool();
  readonly #tests = new Map<string, CharacterTest>();
  readonly #matchers = new Map<string, Matcher | RegexError>();
  readonly #readings = new Map<string, string>();
  readonly #unusable = new Map<string, UnusableRule>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Records another reading of an expression, which may be meant in its place. */
  addReading(source: string, other: string): void {
    this.#readings.set(source, other);
  }

  /**
   * Returns the test of a regular expression, which may be hostile. An expression that once took too much work stays unusable. If it has
   * two readings, both match; a reading that can't be used is left out if the other can.
   *
   * @throws RegexError for an expression that can't be used
   */
  matcher(source: string, ignoreCase = false): Matcher {
    const reading = this.#readings.get(source);
    if (reading === undefined) return this.#matcherOf(source, ignoreCase);
    const other = valueOrError(() => this.#matcherOf(reading, ignoreCase));
    const one = valueOrError(() => this.#matcherOf(source, ignoreCase));
    if (one instanceof RegexError) {
      if (one.isTooMuchWork || other instanceof RegexError) throw one;
      return other;
    }
    if (other instanceof RegexError) return one;
    return (text) => one(text) || valueOrError(() => other(text)) === true;
  }

  #matcherOf(source: string, ignoreCase: boolean): Matcher {
    const name = `${ignoreCase} ${source}`;
    const known = this.#matchers.get(name);
    if (known instanceof RegexError) throw known;
    if (known) return known;
    const run = this.#recordErrors(name, () => this.#compile(source, ignoreCase));
    const matcher = (text: string) => this.#recordErrors(name, () => run(text));
    this.#matchers.set(name, matcher);
    return matcher;
  }

  /** Records that a rule can't be used, for the response. */
  report(rule: unknown, { message }: RegexError): void {
    this.#unusable.set(JSON.stringify(rule), { rule, reason: message });
  }

  /** Steps of the pool in use, for tests and measurements. */
  get usedSteps(): number {
    return new Pool().steps - this.#pool.steps;
  }

  get unusable(): UnusableRule[] {
    return [...this.#unusable.values()];
  }

  #recordErrors<Result>(name: string, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof RegexError) this.#matchers.set(name, error);
      throw error;
    }
  }

  #compile(source: string, ignoreCase: boolean): Matcher {
    this.#budget.spend(SOURCE_STEPS * source.length);
    const share = new Share(this.#pool);
    const read = readRegex(source, ignoreCase, (characters, flags) =>
      this.#testOf(characters, flags.ignoreCase),
    );
    const { whole, looks, groups, needsBacktracking } = read;
    const isPlain = looks.length === 0 && !needsBacktracking;
    const plain = this.#machineTest(isPlain ? whole : relax(whole), share);
    if (isPlain) return plain;
    if (looks.length > MAX_LOOKS) throw tooLarge();
    const exact = needsBacktracking
      ? backtrackingTestOf(whole, groups, share)
      : this.#testWithLookarounds(whole, looks, share);
    return (text) => plain(text) && exact([...text]);
  }

  #machineTest(expression: Expression, share: Share): Matcher {
    const machine = machineOf(expression, { looks: [], isBackward: false, share });
    return (text) => {
      this.#budget.spend(1 + CHARACTER_STEPS * text.length);
      return machine.read(text, isEnough);
    };
  }

  /** Returns a test that first finds the lookarounds that match at each place: inner ones first, lookaheads from the end of the text. */
  #testWithLookarounds(whole: Expression, looks: Lookaround[], share: Share) {
    const machines = looks.map(({ part, isAhead }) => machineOf(part, { looks, isBackward: isAhead, share }));
    const machine = machineOf(whole, { looks, isBackward: false, share });
    return (characters: string[]) => {
      const { length } = characters;
      share.spend(LOOK_STEPS * (looks.length + 1) * (length + 1));
      const backward = characters.toReversed();
      const known = new Int32Array(length + 1);
      for (const [nth, look] of machines.entries()) {
        const isAhead = looks[nth]?.isAhead;
        const found = new Int32Array(length + 1);
        const markMatch = (place: number) => {
          found[place] = 1 << nth;
          return false;
        };
        look.read(isAhead ? backward : characters, markMatch, isAhead ? known.toReversed() : known);
        if (isAhead) found.reverse();
        for (const [place, bit] of found.entries()) known[place] = (known[place] ?? 0) | bit;
      }
      return machine.read(characters, isEnough, known);
    };
  }

  #testOf(characters: Characters, ignoreCase: boolean): CharacterTest {
    const name = `${ignoreCase} ${JSON.stringify(characters)}`;
    const known = this.#tests.get(name);
    if (known) return known;
    this.#budget.hold(TEST_BYTES);
    const test = testOf(characters, ignoreCase);
    this.#tests.set(name, test);
    return test;
  }
}

const isEnough = () => true;

/** Returns the result of `work`, or its error if it is that of an expression. */
function valueOrError<Result>(work: () => Result): Result | RegexError {
  try {
    return work();
  } catch (error) {
    if (error instanceof RegexError) return error;
    throw error;
  }
}
