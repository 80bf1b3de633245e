import type { Budget } from "../budget.ts";
import { type Characters, type CharacterTest, testOf } from "./characters.ts";
import { RegexError, tooLarge } from "./errors.ts";
import { machineOf } from "./machine.ts";
import { Pool, Share } from "./share.ts";
import { type Expression, type Look, readRegex, relaxed } from "./syntax.ts";
import { trialOf } from "./trial.ts";

/** Whether an expression is somewhere in `text`. What it takes to tell is paid for. @throws RegexError, QueryError */
export type Matcher = (text: string) => boolean;

/** A rule that can't be used, and why. */
export interface UnusableRule {
  rule: unknown;
  reason: string;
}

/** What reading a character takes where all is remembered, and what it takes each machine where looks are asked too. */
const CHARACTER_STEPS = 0.2;
const LOOK_STEPS = 0.7;
const MAX_LOOKS = 20;
/** What one character's own expression takes once the runtime has compiled it. */
const TEST_BYTES = 2_000;
const SOURCE_STEPS = 10;

/** The regular expressions of a query, each made once. */
export class Regexes {
  readonly #budget: Budget;
  readonly #pool = new Pool();
  readonly #tests = new Map<string, CharacterTest>();
  readonly #made = new Map<string, Matcher | RegexError>();
  readonly #unusable = new Map<string, UnusableRule>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /**
   * A test for a regular expression, of anybody's making. Once one was too much work, it stays so.
   *
   * @throws RegexError for one that can't be used
   */
  matcher(source: string, ignoreCase = false): Matcher {
    const name = `${ignoreCase} ${source}`;
    const known = this.#made.get(name);
    if (known instanceof RegexError) throw known;
    if (known) return known;
    const run = this.#noting(name, () => this.#compile(source, ignoreCase));
    const matcher = (text: string) => this.#noting(name, () => run(text));
    this.#made.set(name, matcher);
    return matcher;
  }

  /** Notes that a rule can't be used, for the answer to tell. */
  report(rule: unknown, { message }: RegexError): void {
    this.#unusable.set(JSON.stringify(rule), { rule, reason: message });
  }

  /** The steps of the pool that are in use, for tests and measurements. */
  get usedSteps(): number {
    return new Pool().steps - this.#pool.steps;
  }

  get unusable(): UnusableRule[] {
    return [...this.#unusable.values()];
  }

  #noting<Result>(name: string, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof RegexError) this.#made.set(name, error);
      throw error;
    }
  }

  #compile(source: string, ignoreCase: boolean): Matcher {
    this.#budget.spend(SOURCE_STEPS * source.length);
    const share = new Share(this.#pool);
    const read = readRegex(source, ignoreCase, (characters, flags) =>
      this.#testOf(characters, flags.ignoreCase),
    );
    const { whole, looks, groups, needsTrying } = read;
    const isPlain = looks.length === 0 && !needsTrying;
    const plain = this.#plain(isPlain ? whole : relaxed(whole), share);
    if (isPlain) return plain;
    if (looks.length > MAX_LOOKS) throw tooLarge();
    const exact = needsTrying ? trialOf(whole, groups, share) : this.#looking(whole, looks, share);
    return (text) => plain(text) && exact([...text]);
  }

  #plain(expression: Expression, share: Share): Matcher {
    const machine = machineOf(expression, { looks: [], isBackward: false, share });
    return (text) => {
      this.#budget.spend(1 + CHARACTER_STEPS * text.length);
      return machine.read(text, isEnough);
    };
  }

  /** What looks find is known of each place before the expression is asked: those inside others first, those ahead from the end. */
  #looking(whole: Expression, looks: Look[], share: Share) {
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
        const note = (place: number) => {
          found[place] = 1 << nth;
          return false;
        };
        look.read(isAhead ? backward : characters, note, isAhead ? known.toReversed() : known);
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
