import { QueryError } from "./parser.ts";

/** Whether the expression is somewhere in `text`, and how many steps it took to tell. */
export type Matcher = (text: string) => { isFound: boolean; steps: number };

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

const MAX_STATES = 2_000;
const MAX_DEPTH = 50;

/**
 * A test for a regular expression, of anybody's making: every way to match is followed at once (Thompson), so that the time grows
 * with the lengths of text and expression alone, and no text makes it try again and again. So there are no references back and no
 * looking around; what is found is all the same here, so neither greed nor groups matter.
 *
 * @throws QueryError
 */
export function compileRegex(source: string, ignoreCase: boolean): Matcher {
  const states: State[] = [{ kind: "end" }];
  const start = build(parse(source, ignoreCase), 0, states);
  return (text) => run(states, start, [...text]);
}

function run(states: State[], start: number, characters: string[]): ReturnType<Matcher> {
  let steps = 0;
  let waiting: number[] = [];
  const seenAt = new Int32Array(states.length).fill(-1);
  for (let at = 0; at <= characters.length; at++) {
    const [before, after] = [characters[at - 1], characters[at]];
    // A match may begin anywhere.
    const open = [...waiting, start];
    waiting = [];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const state = states[place];
      if (!state || seenAt[place] === at) continue;
      seenAt[place] = at;
      steps++;
      if (state.kind === "end") return { isFound: true, steps };
      if (state.kind === "fork") open.push(...state.next);
      else if (state.kind === "place") {
        if (state.holds(before, after)) open.push(state.next);
      } else if (after !== undefined && state.test(after)) waiting.push(state.next);
    }
  }
  return { isFound: false, steps };
}

/** Adds the states that `expression` needs before the state `next`. The first of them. */
function build(expression: Expression, next: number, states: State[]): number {
  const add = (state: State) => {
    if (states.length >= MAX_STATES) throw new QueryError("This regular expression is too large.");
    return states.push(state) - 1;
  };
  switch (expression.kind) {
    case "character":
    case "place":
      return add({ ...expression, next });
    case "sequence":
      return expression.parts.reduceRight((following, part) => build(part, following, states), next);
    case "choice":
      return add({ kind: "fork", next: expression.parts.map((part) => build(part, next, states)) });
    case "repeat": {
      const { part, min, max } = expression;
      let first = next;
      if (max === Number.POSITIVE_INFINITY) {
        const ways: number[] = [next];
        first = add({ kind: "fork", next: ways });
        ways.push(build(part, first, states));
      } else
        for (let more = min; more < max; more++)
          first = add({ kind: "fork", next: [build(part, first, states), next] });
      for (let nth = 0; nth < min; nth++) first = build(part, first, states);
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

function parse(source: string, ignoreCase: boolean): Expression {
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
    return holds ? { kind: "place", holds } : { kind: "character", test: characterTest(text, ignoreCase) };
  }

  const whole = choice(0);
  if (at < source.length) throw unusable(source);
  return whole;
}

/** Whether a character is what `source` stands for, asked of the runtime once for each: one character can't hold it up. */
function characterTest(source: string, ignoreCase: boolean): (character: string) => boolean {
  const pattern = characterPattern(source, ignoreCase ? "i" : "");
  const answers = new Map<string, boolean>();
  return (character) => {
    const answer = answers.get(character) ?? pattern.test(character);
    answers.set(character, answer);
    return answer;
  };
}

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
