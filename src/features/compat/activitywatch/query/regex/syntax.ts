import {
  type Characters,
  type CharacterTest,
  type Flags,
  isWord,
  readEscape,
  readSet,
} from "./characters.ts";
import { tooLarge, unusable } from "./errors.ts";

/** Whether a place is the right one, by the characters before and after it: none at the ends of a text. */
export type Place = (before: string | undefined, after: string | undefined) => boolean;

/** What a look finds of the text beside a place, ahead of it or behind. */
export interface Look {
  part: Expression;
  isAhead: boolean;
}

export type Expression =
  | { kind: "character"; test: CharacterTest }
  | { kind: "place"; holds: Place }
  | { kind: "sequence"; parts: Expression[] }
  | { kind: "choice"; parts: Expression[] }
  | { kind: "repeat"; part: Expression; min: number; max: number; isLazy: boolean }
  | { kind: "group"; part: Expression; number: number }
  | { kind: "look"; look: Look; isNegative: boolean }
  | { kind: "atomic"; part: Expression }
  | { kind: "reference"; group: number; ignoreCase: boolean }
  | { kind: "condition"; group: number; parts: [yes: Expression, no: Expression] };

/** An expression that was read. */
export interface Syntax {
  whole: Expression;
  /** What it looks at: those inside others come before them. */
  looks: Look[];
  groups: number;
  /** Whether a part depends on what another part has found, or on the way to it: so it takes one way after the other. */
  needsTrying: boolean;
}

const MAX_DEPTH = 50;
/** No larger count can be used, as each makes a part of the machine. */
const MAX_COUNT = 10_000;

const FLAGS = new Map<string, keyof Flags>([
  ["i", "ignoreCase"],
  ["s", "dotAll"],
  ["m", "multiline"],
  ["x", "verbose"],
  ["a", "ascii"],
]);

const GROUP =
  /\((?:(?!\?)|\?(?:(?<look><?[=!])|(?<atomic>>)|P?<(?<name>[\p{L}_][\p{L}\p{N}_]*)>|(?<plain>:)))/uy;
const SWITCHES = /\(\?(?<on>[aimsux]*)(?:-(?<off>[imsx]+))?(?<end>[:)])/y;
const CONDITION = /\(\?\((?<group>[\p{L}\p{N}_]+)\)/uy;
const REFERENCE = /\\(?![1-3][0-7]{2})(?<number>[1-9]\d?)|\(\?P=(?<named>[^)]+)\)|\\k<(?<known>[^>]+)>/y;
const PLACE = /\\[AZzbB]|[$^]/y;
const QUANTIFIER = /(?:(?<sign>[*+?])|\{(?=[\d,])(?<min>\d*)(?<comma>,(?<max>\d*))?\})(?<kind>[?+]?)/y;
const COMMENT = /\(\?#[^)]*\)/y;
const BLANKS = /(?:\s|#[^\n]*)+/y;

/**
 * Reads a regular expression as Python and Rust have them, where these agree: groups, sets, counts, switches such as `(?i)` for the
 * rest of a group or for one, looks, references back and conditions. `make` makes the tests of its characters.
 *
 * @throws RegexError
 */
export function readRegex(
  source: string,
  ignoreCase: boolean,
  make: (characters: Characters, flags: Flags) => CharacterTest,
): Syntax {
  let at = 0;
  let flags: Flags = { ignoreCase, dotAll: false, multiline: false, verbose: false, ascii: false };
  let groups = 0;
  let needsTrying = false;
  const looks: Look[] = [];
  const names = new Map<string, number>();
  /** The groups that end before here. */
  const closed = new Set<number>();
  /** The first group of the look behind that is read now: it is read backward, so none of its groups is found before another part. */
  let firstBehind = Number.POSITIVE_INFINITY;

  /** What `pattern` reads next, if it does. */
  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  }

  const groupsOf = (found: RegExpExecArray | undefined): Record<string, string | undefined> =>
    found?.groups ?? {};

  /** Passes over comments, and over blanks where they mean nothing. */
  function skip(): void {
    while (take(COMMENT) || (flags.verbose && take(BLANKS)));
  }

  function demand(text: string): void {
    if (!source.startsWith(text, at)) throw unusable(source);
    at += text.length;
  }

  /** What is between here and the end of a group, whose switches end with it. */
  function choice(depth: number): Expression {
    if (depth > MAX_DEPTH) throw unusable(source);
    const outer = flags;
    const parts = [sequence(depth)];
    while (source[at] === "|") {
      at++;
      parts.push(sequence(depth));
    }
    flags = outer;
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: "choice", parts };
  }

  function sequence(depth: number): Expression {
    const parts: Expression[] = [];
    for (skip(); at < source.length && source[at] !== "|" && source[at] !== ")"; skip())
      parts.push(repeated(depth));
    return { kind: "sequence", parts };
  }

  function repeated(depth: number): Expression {
    const part = single(depth);
    skip();
    const found = take(QUANTIFIER);
    if (!found) return part;
    const { sign, min, comma, max, kind } = groupsOf(found);
    const least = sign === undefined ? Number(min) : Number(sign === "+");
    const open = sign === "?" ? 1 : Number.POSITIVE_INFINITY;
    const most = sign === undefined ? (comma === undefined ? least : max ? Number(max) : open) : open;
    if (most < least || (sign === undefined && min === "" && comma === undefined)) throw unusable(source);
    if (least > MAX_COUNT || (most > MAX_COUNT && most !== open)) throw tooLarge();
    skip();
    if (take(QUANTIFIER)) throw unusable(source);
    const repeat: Expression = { kind: "repeat", part, min: least, max: most, isLazy: kind === "?" };
    return kind === "+" ? atomic(repeat) : repeat;
  }

  function atomic(part: Expression): Expression {
    needsTrying = true;
    return { kind: "atomic", part };
  }

  function single(depth: number): Expression {
    const { on, off, end } = groupsOf(take(SWITCHES));
    if (end !== undefined) return switched(depth, `${on}`, off ?? "", end === ":");
    const condition = groupsOf(take(CONDITION)).group;
    if (condition !== undefined) return conditional(depth, condition);
    const { number, named, known } = groupsOf(take(REFERENCE));
    const name = number ?? named ?? known;
    if (name !== undefined) {
      needsTrying = true;
      return { kind: "reference", group: groupNamed(name), ignoreCase: flags.ignoreCase };
    }
    const group = take(GROUP);
    if (group) return grouped(depth, groupsOf(group));
    const place = take(PLACE)?.[0];
    return place === undefined
      ? { kind: "character", test: make(characters(), flags) }
      : { kind: "place", holds: placeOf(place, flags) };
  }

  function switched(depth: number, on: string, off: string, isGroup: boolean): Expression {
    const changes = [...on, ...off].flatMap((letter, nth) => {
      const flag = FLAGS.get(letter);
      return flag ? [[flag, nth < on.length]] : [];
    });
    const outer = flags;
    flags = { ...flags, ...Object.fromEntries(changes) };
    if (!isGroup) return { kind: "sequence", parts: [] };
    const inner = choice(depth + 1);
    flags = outer;
    demand(")");
    return inner;
  }

  function conditional(depth: number, name: string): Expression {
    needsTrying = true;
    const group = groupNamed(name);
    const outer = flags;
    const parts: [Expression, Expression] = [sequence(depth + 1), { kind: "sequence", parts: [] }];
    if (source[at] === "|") {
      at++;
      parts[1] = sequence(depth + 1);
    }
    flags = outer;
    demand(")");
    return { kind: "condition", group, parts };
  }

  /** A group that ended before here. */
  function groupNamed(name: string): number {
    const number = names.get(name) ?? Number(name);
    if (!closed.has(number) || number >= firstBehind) throw unusable(source);
    return number;
  }

  function grouped(depth: number, found: Record<string, string | undefined>): Expression {
    const { look, atomic: isAtomic, name, plain } = found;
    const number = look === undefined && isAtomic === undefined && plain === undefined ? ++groups : 0;
    if (name !== undefined && names.has(name)) throw unusable(source);
    if (name !== undefined) names.set(name, number);
    const outer = firstBehind;
    if (look?.startsWith("<")) firstBehind = Math.min(firstBehind, groups + 1);
    const part = choice(depth + 1);
    firstBehind = outer;
    demand(")");
    if (number) {
      closed.add(number);
      return { kind: "group", part, number };
    }
    if (isAtomic !== undefined) return atomic(part);
    if (look === undefined) return part;
    const made = { part, isAhead: !look.startsWith("<") };
    looks.push(made);
    return { kind: "look", look: made, isNegative: look.endsWith("!") };
  }

  /** What stands for one character: a set, an escape, or itself. */
  function characters(): Characters {
    const next = source.codePointAt(at);
    if (next === undefined) throw unusable(source);
    const one = String.fromCodePoint(next);
    if (one === "[") {
      const { set, end } = readSet(source, at, flags);
      at = end;
      return { set };
    }
    if (one === "\\") {
      const read = readEscape(source, at, flags);
      if (!read) throw unusable(source);
      at = read.end;
      return read.characters;
    }
    if ("()*+?".includes(one)) throw unusable(source);
    at += one.length;
    if (one === ".") return { set: flags.dotAll ? "[^]" : "[^\\n]" };
    return { one };
  }

  const whole = choice(0);
  if (at < source.length) throw unusable(source);
  return { whole, looks, groups, needsTrying };
}

function placeOf(source: string, flags: Flags): Place {
  const isAtWord: Place = (before, after) => isWord(before, flags) !== isWord(after, flags);
  switch (source) {
    case "\\b":
      return isAtWord;
    case "\\B":
      return (before, after) => !isAtWord(before, after);
    case "\\A":
      return (before) => before === undefined;
    case "^":
      return (before) => before === undefined || (flags.multiline && before === "\n");
    case "$":
      return (_, after) => after === undefined || (flags.multiline && after === "\n");
    default:
      return (_, after) => after === undefined;
  }
}

/**
 * What an expression is without that which only a look or a trial can tell: it is in every text in which the expression is, and in
 * others.
 */
export function relaxed(expression: Expression): Expression {
  switch (expression.kind) {
    case "look":
      return { kind: "sequence", parts: [] };
    case "reference":
      return ANYTHING;
    case "group":
    case "atomic":
      return relaxed(expression.part);
    case "condition":
      return { kind: "choice", parts: expression.parts.map(relaxed) };
    case "sequence":
    case "choice":
      return { ...expression, parts: expression.parts.map(relaxed) };
    case "repeat":
      return { ...expression, part: relaxed(expression.part) };
    default:
      return expression;
  }
}

const ANYTHING: Expression = {
  kind: "repeat",
  part: { kind: "character", test: () => true },
  min: 0,
  max: Number.POSITIVE_INFINITY,
  isLazy: false,
};
