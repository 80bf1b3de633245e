import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { SCRIPTS } from "../../core/usernames.ts";

/**
 * Computes what the letters of usernames look like, for the function `username_skeleton` of the database (UTS 39, section 4). Run by
 * hand, it prints that as JSON, to be put into a migration after an upgrade of Node or of unhomoglyph, which has Unicode's confusables.txt
 * (version 13 in 1.0.6): a test fails until the two are the same.
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

/** Prototypes by characters, as confusables.txt has them. */
const PROTOTYPES: Record<string, string> = createRequire(import.meta.url)("unhomoglyph/data.json");

/** Letters that are drawn with a bar and no dot, which confusables.txt takes for i in lower case and for l in upper case. */
const BARS: Record<string, string> = { "\u04cf": "l", "\u044b": "bl" };

/** The last plane with default-ignorable characters that a name may have from before they were refused. */
const IGNORABLE_UNTIL = 0xe0000;

const ALLOWED = new RegExp(
  `[${[...SCRIPTS.flatMap((scripts) => scripts.split(" ")), "Common", "Inherited"].map((script) => `\\p{scx=${script}}`).join("")}]`,
  "u",
);

const isSurrogate = (code: number) => code >= 0xd800 && code < 0xe000;
const isDecomposed = (letter: string) => letter.normalize("NFKD") === letter;
const isAscii = (text: string) => !/[^ -~]/.test(text);
const isCased = (letter: string) => /\p{L}/u.test(letter);

/** Returns what a decomposed character of a name looks like; nothing for one that cannot be seen; undefined for one that no name has. */
function lookInName(letter: string, code: number): string | undefined {
  if (/\p{Default_Ignorable_Code_Point}/u.test(letter)) return code < IGNORABLE_UNTIL ? "" : undefined;
  return /[\p{L}\p{M}\p{Nd}]/u.test(letter) && ALLOWED.test(letter) ? lookOf(letter) : undefined;
}

const known = new Map<string, string>();

/** Returns what a letter looks like in either case: of its two cases, the one that looks like ASCII decides. */
function lookOf(letter: string): string {
  const found = known.get(letter);
  if (found !== undefined) return found;
  // Where prototypes go round in a circle, the letter stands for itself.
  known.set(letter, letter.toLowerCase());
  const looks = casesOf(letter).map(resolve);
  const look = looks.find(isAscii) ?? looks[0] ?? letter;
  known.set(letter, look);
  return look;
}

/** Returns a letter in lower case first, folded so that a final sigma is a sigma; without those that are more than one letter. */
function casesOf(letter: string): string[] {
  if (!isCased(letter)) return [letter];
  const cases = [letter.toUpperCase().toLowerCase(), letter, letter.toUpperCase()];
  return [...new Set(cases)].filter((form) => [...form].length === 1);
}

/** Returns what the prototype of a letter looks like, letter by letter. */
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
