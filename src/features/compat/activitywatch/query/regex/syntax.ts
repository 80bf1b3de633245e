import {
  type Characters,
  type CharacterTest,
  type Flags,
  isWord,
  readEscape,
  readSet,
} from "./characters.ts";
import { tooLarge, unsupported } from "./errors.ts";

/** Assertion about a place, given the characters before and after it, which are undefined at the ends of a text. */
export type Place = (before: string | undefined, after: string | undefined) => boolean;

/** A lookaround: an expression that the text after a place (ahead) or before it (behind) must match. */
export interface Lookaround {
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
  | { kind: "look"; look: Lookaround; isNegative: boolean }
  | { kind: "atomic"; part: Expression }
  | { kind: "reference"; group: number; ignoreCase: boolean }
  | { kind: "condition"; group: number; parts: [yes: Expression, no: Expression] };

/** A parsed expression. */
export interface Syntax {
  whole: Expression;
  /** Lookarounds of the expression. Inner ones come before outer ones. */
  looks: Lookaround[];
  groups: number;
  /** True if a part depends on the match of another part, or on how it was found. Such an expression needs backtracking. */
  needsBacktracking: boolean;
}

const MAX_DEPTH = 50;
/** Largest supported count: each repetition is a part of the machine. */
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
 * Parses a regular expression in the syntax that Python and Rust share: groups, sets, counts, flags such as `(?i)` for the rest of a group
 * or for one group, lookarounds, backreferences and conditions. `make` makes the tests of characters.
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
  let needsBacktracking = false;
  const looks: Lookaround[] = [];
  const names = new Map<string, number>();
  /** Groups that end before the current place. */
  const closed = new Set<number>();
  /** First group of the current lookbehind. It is read backward, so no part of it can refer to its groups. */
  let firstBehind = Number.POSITIVE_INFINITY;

  /** Reads `pattern` at the current place, if it matches. */
  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  }

  const groupsOf = (found: RegExpExecArray | undefined): Record<string, string | undefined> =>
    found?.groups ?? {};

  /** Skips comments, and also whitespace in verbose mode. */
  function skip(): void {
    while (take(COMMENT) || (flags.verbose && take(BLANKS)));
  }

  function expect(text: string): void {
    if (!source.startsWith(text, at)) throw unsupported(source);
    at += text.length;
  }

  /** Reads alternatives up to the end of a group, where the group's flags end. */
  function choice(depth: number): Expression {
    if (depth > MAX_DEPTH) throw unsupported(source);
    const outer = flags;
    const parts = [sequence(depth)];
    while (source[at] === "|") {
      at++;
      parts.push(sequence(depth));
    }
    flags = outer;
    const [onlyPart] = parts;
    return onlyPart && parts.length === 1 ? onlyPart : { kind: "choice", parts };
  }

  function sequence(depth: number): Expression {
    const parts: Expression[] = [];
    for (skip(); at < source.length && source[at] !== "|" && source[at] !== ")"; skip())
      parts.push(readRepeat(depth));
    return { kind: "sequence", parts };
  }

  function readRepeat(depth: number): Expression {
    const part = readPart(depth);
    skip();
    const found = take(QUANTIFIER);
    if (!found) return part;
    const { sign, min, comma, max, kind } = groupsOf(found);
    const least = sign === undefined ? Number(min) : Number(sign === "+");
    const open = sign === "?" ? 1 : Number.POSITIVE_INFINITY;
    const most = sign === undefined ? (comma === undefined ? least : max ? Number(max) : open) : open;
    if (most < least || (sign === undefined && min === "" && comma === undefined)) throw unsupported(source);
    if (least > MAX_COUNT || (most > MAX_COUNT && most !== open)) throw tooLarge();
    skip();
    if (take(QUANTIFIER)) throw unsupported(source);
    const repeat: Expression = { kind: "repeat", part, min: least, max: most, isLazy: kind === "?" };
    return kind === "+" ? atomic(repeat) : repeat;
  }

  function atomic(part: Expression): Expression {
    needsBacktracking = true;
    return { kind: "atomic", part };
  }

  function readPart(depth: number): Expression {
    const { on, off, end } = groupsOf(take(SWITCHES));
    if (end !== undefined) return readFlags(depth, `${on}`, off ?? "", end === ":");
    const condition = groupsOf(take(CONDITION)).group;
    if (condition !== undefined) return readCondition(depth, condition);
    const { number, named, known } = groupsOf(take(REFERENCE));
    const name = number ?? named ?? known;
    if (name !== undefined) {
      needsBacktracking = true;
      return { kind: "reference", group: groupNamed(name), ignoreCase: flags.ignoreCase };
    }
    const group = take(GROUP);
    if (group) return readGroup(depth, groupsOf(group));
    const place = take(PLACE)?.[0];
    return place === undefined
      ? { kind: "character", test: make(readCharacters(), flags) }
      : { kind: "place", holds: assertionOf(place, flags) };
  }

  function readFlags(depth: number, on: string, off: string, isGroup: boolean): Expression {
    const changes = [...on, ...off].flatMap((letter, nth) => {
      const flag = FLAGS.get(letter);
      return flag ? [[flag, nth < on.length]] : [];
    });
    const outer = flags;
    flags = { ...flags, ...Object.fromEntries(changes) };
    if (!isGroup) return { kind: "sequence", parts: [] };
    const inner = choice(depth + 1);
    flags = outer;
    expect(")");
    return inner;
  }

  function readCondition(depth: number, name: string): Expression {
    needsBacktracking = true;
    const group = groupNamed(name);
    const outer = flags;
    const parts: [Expression, Expression] = [sequence(depth + 1), { kind: "sequence", parts: [] }];
    if (source[at] === "|") {
      at++;
      parts[1] = sequence(depth + 1);
    }
    flags = outer;
    expect(")");
    return { kind: "condition", group, parts };
  }

  /** Returns the number of a group that ended before the current place. */
  function groupNamed(name: string): number {
    const number = names.get(name) ?? Number(name);
    if (!closed.has(number) || number >= firstBehind) throw unsupported(source);
    return number;
  }

  function readGroup(depth: number, found: Record<string, string | undefined>): Expression {
    const { look, atomic: isAtomic, name, plain } = found;
    const number = look === undefined && isAtomic === undefined && plain === undefined ? ++groups : 0;
    if (name !== undefined && names.has(name)) throw unsupported(source);
    if (name !== undefined) names.set(name, number);
    const outer = firstBehind;
    if (look?.startsWith("<")) firstBehind = Math.min(firstBehind, groups + 1);
    const part = choice(depth + 1);
    firstBehind = outer;
    expect(")");
    if (number) {
      closed.add(number);
      return { kind: "group", part, number };
    }
    if (isAtomic !== undefined) return atomic(part);
    if (look === undefined) return part;
    const lookaround = { part, isAhead: !look.startsWith("<") };
    looks.push(lookaround);
    return { kind: "look", look: lookaround, isNegative: look.endsWith("!") };
  }

  /** Reads a part that matches one character: a set, an escape, or the character itself. */
  function readCharacters(): Characters {
    const next = source.codePointAt(at);
    if (next === undefined) throw unsupported(source);
    const one = String.fromCodePoint(next);
    if (one === "[") {
      const { set, end } = readSet(source, at, flags);
      at = end;
      return { set };
    }
    if (one === "\\") {
      const read = readEscape(source, at, flags);
      if (!read) throw unsupported(source);
      at = read.end;
      return read.characters;
    }
    if ("()*+?".includes(one)) throw unsupported(source);
    at += one.length;
    if (one === ".") return { set: flags.dotAll ? "[^]" : "[^\\n]" };
    return { one };
  }

  const whole = choice(0);
  if (at < source.length) throw unsupported(source);
  return { whole, looks, groups, needsBacktracking };
}

function assertionOf(source: string, flags: Flags): Place {
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
 * Returns an expression without its lookarounds and without the parts that need backtracking. It matches each text that the full expression
 * matches, and others.
 */
export function relax(expression: Expression): Expression {
  switch (expression.kind) {
    case "look":
      return { kind: "sequence", parts: [] };
    case "reference":
      return ANYTHING;
    case "group":
    case "atomic":
      return relax(expression.part);
    case "condition":
      return { kind: "choice", parts: expression.parts.map(relax) };
    case "sequence":
    case "choice":
      return { ...expression, parts: expression.parts.map(relax) };
    case "repeat":
      return { ...expression, part: relax(expression.part) };
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
