import type { Budget } from "./budget.ts";
import { QueryError } from "./parser.ts";

/** Whether the expression is somewhere in `text`. What it takes to tell is paid for character by character. */
export type Matcher = (text: string) => boolean;

type Expression =
  | { kind: "character"; test: (character: string) => boolean }
  | { kind: "place"; holds: Place }
  | { kind: "sequence"; parts: Expression[] }
  | { kind: "choice"; parts: Expression[] }
  | { kind: "repeat"; part: Expression; min: number; max: number };

/** Whether a place is the right one, by the characters before and after it: none at the ends of a text. */
type Place = (before: string | undefined, after: string | undefined) => boolean;

/** A step of the machine that an expression becomes. */
type State =
  | { kind: "character"; test: (character: string) => boolean; next: number }
  | { kind: "place"; holds: Place; next: number }
  | { kind: "fork"; next: number[] }
  | { kind: "end" };

const MAX_STATES = 10_000;
const MAX_DEPTH = 50;
/** How many transitions all expressions of a query may remember: some megabytes. */
const MAX_REMEMBERED = 50_000;

/** What reading a character takes where it is remembered, and what one state of a machine takes where it isn't. */
const CHARACTER_STEPS = 0.2;
const STATE_STEPS = 4;
const STATE_BYTES = 100;

/** What one character's own expression takes once the runtime has compiled it. */
const TEST_BYTES = 2_000;

/** What the expressions of one query share. */
export interface Workshop {
  budget: Budget;
  /** How many transitions are remembered. */
  remembered: number;
  /** The tests of single characters, by what they are made of. */
  tests: Map<string, (character: string) => boolean>;
}

/** Where a machine is between two characters: the states that wait for the next one, and what the one before was. */
interface Position {
  waiting: number[];
  before: string | undefined;
  /** Where characters lead; undefined stands for the end of the text, null for a match. */
  next: Map<string | undefined, Position | null>;
}

/**
 * A test for a regular expression, of anybody's making: every way to match is followed at once (Thompson), so that the time grows
 * with the lengths of text and expression alone, and no text makes it try again and again. So there are no references back and no
 * looking around; what is found is all the same here, so neither greed nor groups matter. Where characters lead is remembered, so
 * that most texts take one step for each of their characters.
 *
 * @throws QueryError
 */
export function compileRegex(source: string, ignoreCase: boolean, workshop: Workshop): Matcher {
  const { budget } = workshop;
  const states: State[] = [{ kind: "end" }];
  budget.spend(10 * source.length);
  const start = build(parse(source, ignoreCase, workshop), 0, states, budget);
  const seenAt = new Int32Array(states.length).fill(-1);
  let round = 0;

  /** The states that wait after the character `after`; undefined where a match is found before it. */
  function read({ waiting, before }: Position, after: string | undefined): number[] | undefined {
    budget.spend(STATE_STEPS * (1 + waiting.length));
    round++;
    // A match may begin anywhere.
    const open = [...waiting, start];
    const found: number[] = [];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const state = states[place];
      if (!state || seenAt[place] === round) continue;
      seenAt[place] = round;
      budget.spend(STATE_STEPS);
      if (state.kind === "end") return undefined;
      if (state.kind === "fork") {
        budget.spend(STATE_STEPS * state.next.length);
        open.push(...state.next);
      } else if (state.kind === "place") {
        if (state.holds(before, after)) open.push(state.next);
      } else if (after !== undefined && state.test(after)) found.push(state.next);
    }
    return found;
  }

  const positions = new Map<string, Position>();
  const newPosition = (waiting: number[], before: string | undefined): Position => ({
    waiting,
    before,
    next: new Map(),
  });

  /** The position after `after`; null for a match. */
  function follow(position: Position, after: string | undefined): Position | null {
    const waiting = read(position, after);
    const before = isWord(after) ? "w" : " ";
    const canRemember = workshop.remembered + (waiting?.length ?? 0) < MAX_REMEMBERED;
    if (!waiting) {
      if (canRemember) remember(position, after, null, 1);
      return null;
    }
    if (!canRemember) return newPosition(waiting, before);
    budget.spend(2 * waiting.length);
    const name = `${before}${waiting.sort((one, other) => one - other).join()}`;
    const known = positions.get(name) ?? newPosition(waiting, before);
    remember(position, after, known, positions.has(name) ? 1 : 1 + waiting.length);
    positions.set(name, known);
    return known;
  }

  function remember(position: Position, after: string | undefined, next: Position | null, size: number) {
    position.next.set(after, next);
    workshop.remembered += size;
  }

  const first = newPosition([], undefined);
  return (text) => {
    budget.spend(1 + CHARACTER_STEPS * text.length);
    let position = first;
    for (const character of text) {
      const known = position.next.get(character);
      const next = known === undefined ? follow(position, character) : known;
      if (next === null) return true;
      position = next;
    }
    const end = position.next.get(undefined);
    return (end === undefined ? follow(position, undefined) : end) === null;
  };
}

/** Adds the states that `expression` needs before the state `next`. The first of them. */
function build(expression: Expression, next: number, states: State[], budget: Budget): number {
  const add = (state: State) => {
    budget.spend(STATE_STEPS);
    budget.hold(STATE_BYTES);
    if (states.length >= MAX_STATES) throw new QueryError("This regular expression is too large.");
    return states.push(state) - 1;
  };
  switch (expression.kind) {
    case "character":
    case "place":
      return add({ ...expression, next });
    case "sequence":
      return expression.parts.reduceRight((following, part) => build(part, following, states, budget), next);
    case "choice":
      return add({ kind: "fork", next: expression.parts.map((part) => build(part, next, states, budget)) });
    case "repeat": {
      const { part, min, max } = expression;
      let first = next;
      if (max === Number.POSITIVE_INFINITY) {
        const ways: number[] = [next];
        first = add({ kind: "fork", next: ways });
        ways.push(build(part, first, states, budget));
      } else
        for (let more = min; more < max; more++)
          first = add({ kind: "fork", next: [build(part, first, states, budget), next] });
      for (let nth = 0; nth < min; nth++) first = build(part, first, states, budget);
      return first;
    }
  }
}

const isWord = (character: string | undefined) => character !== undefined && /\w/.test(character);

const PLACES: Record<string, Place> = {
  "^": (before) => before === undefined,
  "\\A": (before) => before === undefined,
  $: (_, after) => after === undefined,
  "\\Z": (_, after) => after === undefined,
  "\\b": (before, after) => isWord(before) !== isWord(after),
  "\\B": (before, after) => isWord(before) === isWord(after),
};

const GROUP = /\((?!\?)|\(\?:|\(\?P?<[A-Za-z_]\w*>/y;
const QUANTIFIER = /([*+?]|\{(\d{1,4})(,(\d{1,4})?)?\})\??/y;
/** What stands for one character: a set, an escape, or itself. No reference back, and no brace or bracket that was left open. */
const CHARACTER =
  /\[\^?(?:\\[\s\S]|[^\]\\])+\]|\\(?:[pP]\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[^1-9kpPux])|[^\\()[*+?|]/uy;

function parse(source: string, ignoreCase: boolean, workshop: Workshop): Expression {
  let at = 0;

  /** What `pattern` reads next, if it does. */
  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  }

  function choice(depth: number): Expression {
    if (depth > MAX_DEPTH) throw unusable(source);
    const parts = [sequence(depth)];
    while (source[at] === "|") {
      at++;
      parts.push(sequence(depth));
    }
    return { kind: "choice", parts };
  }

  function sequence(depth: number): Expression {
    const parts: Expression[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(repeated(depth));
    return { kind: "sequence", parts };
  }

  function repeated(depth: number): Expression {
    const part = single(depth);
    const [, sign, min, hasMax, max] = take(QUANTIFIER) ?? [];
    if (sign === undefined) return part;
    const least = Number(min ?? (sign === "+" ? 1 : 0));
    const open = sign === "?" ? 1 : Number.POSITIVE_INFINITY;
    const most = min === undefined || (hasMax && max === undefined) ? open : Number(max ?? min);
    if (most < least) throw unusable(source);
    return { kind: "repeat", part, min: least, max: most };
  }

  function single(depth: number): Expression {
    if (take(GROUP)) {
      const inner = choice(depth + 1);
      if (source[at] !== ")") throw unusable(source);
      at++;
      return inner;
    }
    const text = take(CHARACTER)?.[0];
    if (text === undefined) throw unusable(source);
    const holds = PLACES[text];
    return holds
      ? { kind: "place", holds }
      : { kind: "character", test: characterTest(text, ignoreCase, workshop) };
  }

  const whole = choice(0);
  if (at < source.length) throw unusable(source);
  return whole;
}

/** Whether a character is what `source` stands for, asked of the runtime: one character can't hold it up. */
function characterTest(source: string, ignoreCase: boolean, { budget, tests }: Workshop) {
  if (!ignoreCase && isItself(source)) return (character: string) => character === source;
  const name = `${ignoreCase} ${source}`;
  const known = tests.get(name);
  if (known) return known;
  budget.hold(TEST_BYTES);
  const pattern = characterPattern(source, ignoreCase ? "i" : "");
  const test = (character: string) => pattern.test(character);
  tests.set(name, test);
  return test;
}

const isItself = (source: string) => /^[\p{L}\p{N} _-]$/u.test(source);

/** Escapes that mean nothing, such as \- or \_, are errors with the flag u only. */
function characterPattern(source: string, flags: string): RegExp {
  for (const mode of ["u", ""]) {
    try {
      return new RegExp(
        `^${source === "{" || source === "}" || source === "]" ? "\\" : ""}${source}$`,
        flags + mode,
      );
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw unusable(source);
}

const unusable = (source: string) =>
  new QueryError(`This is no regular expression that can be used here: ${source.slice(0, 100)}`);
