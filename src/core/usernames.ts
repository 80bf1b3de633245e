/**
 * Returns `text` as usernames are stored, and compared apart from case: trimmed and in NFKC, which maps full-width letters and the like
 * to their plain forms (RFC 8265 3.3.1, RFC 8264 5.2).
 */
export const normalizeUsername = (text: string): string => text.normalize("NFKC").trim();

/**
 * Returns an instruction that fixes the first problem with a normalized username, or undefined. The rules are those of
 * UsernameCaseMapped (RFC 8265 3.3), a single script (UTS 39 5.1), and further rules against look-alikes.
 */
export function usernameProblem(name: string): string | undefined {
  if (INVISIBLE.test(name)) return "Leave out characters that cannot be seen.";
  if (!/^[\p{L}\p{Mn}\p{Mc}\p{Nd}._ -]+$/u.test(name) || DISALLOWED.test(name)) {
    return "Use letters, digits, spaces, dots, hyphens and underscores only.";
  }
  if (!/[\p{L}\p{Nd}]/u.test(name)) return "Use at least one letter or digit.";
  if (name.includes("  ")) return "Use single spaces.";
  if (/^[ -~]+$/.test(name)) return undefined;
  if (/(?:^|[._ -])\p{M}/u.test(name)) return "Put accents and other marks after a letter only.";
  if (/\p{M}{3}/u.test(name.normalize("NFD").replace(MARKS_OF_SCRIPTS, ""))) {
    return "Put no more than two accents on a letter.";
  }
  if (!hasSingleScript(name)) return "Use letters and digits of one script only.";
  if (new Set(name.match(/\p{Nd}/gu)?.map(zeroOf)).size > 1) return "Use digits of one kind only.";
  if (RIGHT_TO_LEFT.test(name) && !/^\p{L}.*[\p{L}\p{Nd}]\p{M}*$/u.test(name)) {
    return "Begin a right-to-left name with a letter, and end it with a letter or a digit.";
  }
  return undefined;
}

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/**
 * Matches letters and marks that identifiers exclude (RFC 8264 9.6 and 9.9): those that only stretch or repeat others, tone marks of
 * Hangul, and parts of its syllables.
 */
const DISALLOWED = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/u;

/** Returns the code point of the zero in the digit's set: digits of different sets can look alike (UTS 39 5.3, RFC 5892 A.8). */
function zeroOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return zero;
}

/** Matches right-to-left scripts, for a short form of the Bidi Rule (RFC 5893 2), which keeps the ends of a name in place. */
const RIGHT_TO_LEFT =
  /[\p{scx=Arabic}\p{scx=Hebrew}\p{scx=Syriac}\p{scx=Thaana}\p{scx=Nko}\p{scx=Adlam}\p{scx=Mandaic}]/u;

/** Matches marks of which a letter can have many in its script, such as vowels of Myanmar or Tibetan. Accents are inherited. */
const MARKS_OF_SCRIPTS = /(?![\p{sc=Inherited}])\p{M}/gu;

/** Scripts in use (UAX 31, tables 5 and 7). Scripts that a language combines count as one (UTS 39 5.1). */
export const SCRIPTS = [
  ...[
    "Latin",
    "Cyrillic",
    "Greek",
    "Arabic",
    "Armenian",
    "Bengali",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Gujarati",
  ],
  ...["Gurmukhi", "Han Hiragana Katakana", "Han Hangul", "Han Bopomofo", "Hebrew", "Kannada", "Khmer", "Lao"],
  ...[
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thaana",
    "Thai",
    "Tibetan",
    "Adlam",
    "Balinese",
  ],
  ...[
    "Bamum",
    "Batak",
    "Canadian_Aboriginal",
    "Chakma",
    "Cham",
    "Cherokee",
    "Hanifi_Rohingya",
    "Javanese",
    "Kayah_Li",
  ],
  ...[
    "Lepcha",
    "Limbu",
    "Lisu",
    "Mandaic",
    "Meetei_Mayek",
    "Miao",
    "Mongolian",
    "New_Tai_Lue",
    "Newa",
    "Nko",
  ],
  ...[
    "Nyiakeng_Puachue_Hmong",
    "Ol_Chiki",
    "Osage",
    "Saurashtra",
    "Sundanese",
    "Syloti_Nagri",
    "Syriac",
    "Tai_Le",
  ],
  ...["Tai_Tham", "Tai_Viet", "Tifinagh", "Vai", "Wancho", "Yi"],
];

/** Matches accented Latin letters of a decomposed name. */
const ACCENTED_LATIN = /[a-z]\p{Mn}+/giu;

/**
 * Returns whether all letters of `name` belong to one script or are shared by all scripts. Greek names may contain accented Latin letters,
 * as in the first release: they look unlike any ASCII name, and names that look like them have the same skeleton.
 */
function hasSingleScript(name: string): boolean {
  const letters = /\p{sc=Greek}/u.test(name) ? name.normalize("NFD").replace(ACCENTED_LATIN, "") : name;
  return SCRIPTS.some((scripts) => usesOnly(letters, scripts));
}

function usesOnly(name: string, scripts: string): boolean {
  const letters = [...scripts.split(" "), "Common", "Inherited"].map((script) => `\\p{scx=${script}}`);
  return new RegExp(`^[${letters.join("")}]+$`, "u").test(name);
}
