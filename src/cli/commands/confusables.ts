import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { SCRIPTS } from "../../core/usernames.ts";

/**
 * Returns the look of each letter of usernames, for the function `username_skeleton` of the database (UTS 39, section 4). Run by hand,
 * this file prints the looks as JSON, for a migration after an upgrade of Node or of unhomoglyph, which contains Unicode's
 * confusables.txt (version 13 in 1.0.6). A test fails until the migration and this function agree.
 */
export function looksOfLetters(): Record<string, string> {
  const looks: Record<string, string> = {};
  for (let code = 0; code <= 0x10ffff; code++) {
    const letter = String.fromCodePoint(code);
    const look = isSurrogate(code) || !isDecomposed(letter) ? undefined : lookInName(letter, code);
    if (look !== undefined && look !== letter) looks[letter] = look;
  }
  return looks;
}

/** Prototypes of confusables.txt, by character. */
const PROTOTYPES: Record<string, string> = createRequire(import.meta.url)("unhomoglyph/data.json");

/** Letters drawn as a bar without a dot, which confusables.txt takes for i in lower case and for l in upper case. */
const BARS: Record<string, string> = { "\u04cf": "l", "\u044b": "bl" };

/** Start of plane 14. Names from before default-ignorable characters were rejected may have those below it. */
const IGNORABLE_UNTIL = 0xe0000;

const ALLOWED = new RegExp(
  `[${[...SCRIPTS.flatMap((scripts) => scripts.split(" ")), "Common", "Inherited"].map((script) => `\\p{scx=${script}}`).join("")}]`,
  "u",
);

const isSurrogate = (code: number) => code >= 0xd800 && code < 0xe000;
const isDecomposed = (letter: string) => letter.normalize("NFKD") === letter;
const isAscii = (text: string) => !/[^ -~]/.test(text);
const isCased = (letter: string) => /\p{L}/u.test(letter);

/** Returns the look of a decomposed character; an empty string if it is invisible, and undefined if no name may have it. */
function lookInName(letter: string, code: number): string | undefined {
  if (/\p{Default_Ignorable_Code_Point}/u.test(letter)) return code < IGNORABLE_UNTIL ? "" : undefined;
  return /[\p{L}\p{M}\p{Nd}]/u.test(letter) && ALLOWED.test(letter) ? lookOf(letter) : undefined;
}

const known = new Map<string, string>();

/** Returns the look of a letter in both cases: the look of the case that resembles ASCII, if either does. */
function lookOf(letter: string): string {
  const found = known.get(letter);
  if (found !== undefined) return found;
  // If prototypes form a cycle, the letter stands for itself.
  known.set(letter, letter.toLowerCase());
  const looks = casesOf(letter).map(resolve);
  const look = looks.find(isAscii) ?? looks[0] ?? letter;
  known.set(letter, look);
  return look;
}

/** Returns the cases of a letter, lower case first and a final sigma as a sigma, without cases that consist of several letters. */
function casesOf(letter: string): string[] {
  if (!isCased(letter)) return [letter];
  const cases = [letter.toUpperCase().toLowerCase(), letter, letter.toUpperCase()];
  return [...new Set(cases)].filter((form) => [...form].length === 1);
}

/** Returns the look of the prototype of a letter, letter by letter. */
function resolve(letter: string): string {
  const lower = letter.toLowerCase();
  const prototype = BARS[lower] ?? (PROTOTYPES[letter] ?? letter).normalize("NFD").toLowerCase();
  return [...prototype]
    .map((part) => (part === lower ? part : lookOf(part)))
    .join("")
    .normalize("NFD");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.stdout.write(`${JSON.stringify(looksOfLetters())}\n`);
}
