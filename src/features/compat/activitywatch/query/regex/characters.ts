import { RegexError, unsupported } from "./errors.ts";

/** Flags that `(?…)` switches on and off. */
export interface Flags {
  ignoreCase: boolean;
  dotAll: boolean;
  multiline: boolean;
  verbose: boolean;
  ascii: boolean;
}

/** Tests whether a part of an expression matches a character. */
export type CharacterTest = (character: string) => boolean;

/** A set of characters, or a single character, read from an expression. */
export type Characters = { set: string } | { one: string };

const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}";
/** Sets that escapes stand for, in the syntax of JavaScript: of all scripts, as in Python and Rust, or only of ASCII. */
const SETS = new Map([
  ["d", { all: "[\\p{Nd}]", ascii: "[0-9]" }],
  ["w", { all: `[${WORD}]`, ascii: "[0-9A-Za-z_]" }],
  ["s", { all: "[\\s]", ascii: "[ \\t-\\r]" }],
]);

const CONTROLS = new Map([
  ["a", "\x07"],
  ["e", "\x1b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

const IS_WORD = new RegExp(`[${WORD}]`, "v");

/** Returns a representative of all characters that assertions don't distinguish: ASCII or other word characters, the end of a line, or others. */
export function representativeOf(character: string): string {
  if (/\w/.test(character)) return "w";
  if (character === "\n") return character;
  return IS_WORD.test(character) ? "é" : " ";
}

/** Returns whether a character, which may be undefined, is a word character. */
export const isWord = (character: string | undefined, { ascii }: Pick<Flags, "ascii">): boolean =>
  character !== undefined && (/\w/.test(character) || (!ascii && IS_WORD.test(character)));

const ESCAPE =
  /\\(?:(?<set>[dDwWsS])|(?<negated>[pP])(?:\{(?<property>[\w=]+)\}|(?<letter>[A-Z]))|[xuU]\{(?<braced>[\da-fA-F]{1,6})\}|x(?<byte>[\da-fA-F]{2})|u(?<unit>[\da-fA-F]{4})|U(?<point>[\da-fA-F]{8})|(?<octal>0[0-7]{0,2}|[1-3][0-7]{2})|(?<control>[aefnrtv])|(?<itself>[^\da-zA-Z]))/uy;

/** Reads the escape at a place of an expression. Returns its characters and its end; undefined for an escape that doesn't stand for characters. */
export function readEscape(
  source: string,
  at: number,
  flags: Flags,
): { characters: Characters; end: number } | undefined {
  ESCAPE.lastIndex = at;
  const found = ESCAPE.exec(source);
  if (!found) return undefined;
  const { set, negated, property, letter, braced, byte, unit, point, octal, control, itself } =
    found.groups ?? {};
  const end = ESCAPE.lastIndex;
  const name = property ?? letter;
  if (set !== undefined) return { characters: { set: setOf(set, flags) }, end };
  if (name !== undefined) return { characters: { set: propertyOf(negated === "P", name, source) }, end };
  if (octal !== undefined)
    return { characters: { one: String.fromCodePoint(Number.parseInt(octal, 8)) }, end };
  if (control !== undefined) return { characters: { one: CONTROLS.get(control) ?? control }, end };
  if (itself !== undefined) return { characters: { one: itself }, end };
  const code = Number.parseInt(braced ?? byte ?? unit ?? point ?? "", 16);
  if (code > 0x10ffff) throw unsupported(source);
  return { characters: { one: String.fromCodePoint(code) }, end };
}

function setOf(name: string, { ascii }: Flags): string {
  const { all, ascii: asciiSet } = SETS.get(name.toLowerCase()) ?? { all: "[]", ascii: "[]" };
  const set = ascii ? asciiSet : all;
  return name === name.toLowerCase() ? set : `[^${set}]`;
}

/** Returns the set of a Unicode property. Its name may be just the name of a script, as in Rust. */
function propertyOf(isNegated: boolean, name: string, source: string): string {
  for (const property of [name, `Script=${name}`]) {
    const set = `\\${isNegated ? "P" : "p"}{${property}}`;
    if (isPattern(set)) return set;
  }
  throw unsupported(source);
}

function isPattern(set: string): boolean {
  try {
    return new RegExp(set, "v").source !== "";
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

/** Reads the set in brackets that begins at a place of an expression. @throws RegexError */
export function readSet(source: string, start: number, flags: Flags): { set: string; end: number } {
  let at = start + 1;
  const isNegated = source[at] === "^";
  if (isNegated) at++;
  const first = at;

  /** Reads the next character or escape. A bracket that comes first stands for itself, as in Python and Rust. */
  function item(): Characters {
    if (source[at] !== "\\") {
      const one = String.fromCodePoint(source.codePointAt(at) ?? 0);
      at += one.length;
      return { one };
    }
    if (source.startsWith("\\b", at)) {
      at += 2;
      return { one: "\b" };
    }
    const { characters, end } = readEscape(source, at, flags) ?? throwUnsupported(source);
    at = end;
    return characters;
  }

  let set = "";
  while (at === first || source[at] !== "]") {
    if (at >= source.length) throw unsupported(source);
    const low = item();
    const isRange = "one" in low && source[at] === "-" && at + 1 < source.length && source[at + 1] !== "]";
    if (!isRange) {
      set += toSetSource(low);
      continue;
    }
    at++;
    const high = item();
    if ("set" in high) set += `${toSetSource(low)}\\-${high.set}`;
    else if ((high.one.codePointAt(0) ?? 0) < (low.one.codePointAt(0) ?? 0)) throw unsupported(source);
    else set += `${toSetSource(low)}-${toSetSource(high)}`;
  }
  return { set: `[${isNegated ? "^" : ""}${set}]`, end: at + 1 };
}

function throwUnsupported(source: string): never {
  throw unsupported(source);
}

const toSetSource = (characters: Characters) =>
  "set" in characters ? characters.set : `\\u{${characters.one.codePointAt(0)?.toString(16)}}`;

/** Returns a test for characters. JavaScript's own expressions test sets, which is safe for a single character. @throws RegexError */
export function testOf(characters: Characters, ignoreCase: boolean): CharacterTest {
  if ("one" in characters && (!ignoreCase || !/\p{L}|\p{M}|\p{N}|\p{S}/u.test(characters.one))) {
    const { one } = characters;
    return (character) => character === one;
  }
  try {
    const pattern = new RegExp(`^${toSetSource(characters)}$`, ignoreCase ? "iv" : "v");
    return (character) => pattern.test(character);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RegexError("Unsupported set of characters in a regular expression.");
  }
}
