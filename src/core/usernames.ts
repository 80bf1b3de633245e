/**
 * Returns `text` as a username is kept and compared, but for its case: NFKC, so that full-width letters and the like are
 * their plain forms, and trimmed (RFC 8265 3.3.1, RFC 8264 5.2).
 */
export const normalizeUsername = (text: string): string => text.normalize("NFKC").trim();

/**
 * Returns what is wrong with the characters of a normalized username, in a sentence to act on, or undefined. The rules are
 * those of UsernameCaseMapped (RFC 8265 3.3), one script (UTS 39 5.1), and what else makes names that look like others.
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
  if (!isOfOneScript(name)) return "Use letters and digits of one script only.";
  if (new Set(name.match(/\p{Nd}/gu)?.map(zeroOf)).size > 1) return "Use digits of one kind only.";
  if (RIGHT_TO_LEFT.test(name) && !/^\p{L}.*[\p{L}\p{Nd}]\p{M}*$/u.test(name)) {
    return "Begin a right-to-left name with a letter, and end it with a letter or a digit.";
  }
  return undefined;
}

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/**
 * Letters and marks that no identifier has (RFC 8264 9.6 and 9.9): those that only stretch or repeat others, tone marks of Hangul, and
 * the parts of its syllables.
 */
const DISALLOWED = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/u;

/** Returns the code point of the zero of the digit's kind: digits of two kinds can look alike (UTS 39 5.3, RFC 5892 A.8). */
function zeroOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return zero;
}

/** The Bidi Rule (RFC 5893 2) in short: neither end can be taken for the other. */
const RIGHT_TO_LEFT =
  /[\p{scx=Arabic}\p{scx=Hebrew}\p{scx=Syriac}\p{scx=Thaana}\p{scx=Nko}\p{scx=Adlam}\p{scx=Mandaic}]/u;

/** Marks that their script writes in numbers, such as vowels of Myanmar or Tibetan. Accents belong to no script. */
const MARKS_OF_SCRIPTS = /(?![\p{sc=Inherited}])\p{M}/gu;

/** Scripts in use (UAX 31, tables 5 and 7); those that a language writes together count as one (UTS 39 5.1). */
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

/** Accented Latin letters of a decomposed name. */
const ACCENTED_LATIN = /[a-z]\p{Mn}+/giu;

/**
 * Returns whether one of the scripts has all letters of `name`, beside what all scripts share. A Greek name may have accented Latin
 * letters, as it could in the first release: no name of ASCII letters looks like it, and names that do have its skeleton.
 */
function isOfOneScript(name: string): boolean {
  const letters = /\p{sc=Greek}/u.test(name) ? name.normalize("NFD").replace(ACCENTED_LATIN, "") : name;
  return SCRIPTS.some((scripts) => hasOnly(letters, scripts));
}

function hasOnly(name: string, scripts: string): boolean {
  const letters = [...scripts.split(" "), "Common", "Inherited"].map((script) => `\\p{scx=${script}}`);
  return new RegExp(`^[${letters.join("")}]+$`, "u").test(name);
}
