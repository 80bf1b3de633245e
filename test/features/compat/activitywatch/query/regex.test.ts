import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget } from "../../../../../src/features/compat/activitywatch/query/budget.ts";
import { Regexes } from "../../../../../src/features/compat/activitywatch/query/regex/regex.ts";
import { text, writtenExpressions } from "../../../../support/expressions.ts";

const compile = (source: string, ignoreCase = false, budget = new Budget()) =>
  new Regexes(budget).matcher(source, ignoreCase);

const isIn = (source: string, text: string, ignoreCase = false) => compile(source, ignoreCase)(text);

/** Returns whether `index` is inside a surrogate pair, where V8 matches a leading lookbehind, against ECMA-262 22.2.7.2. */
const isInsidePair = (given: string, index: number) => (given.codePointAt(index - 1) ?? 0) > 0xff_ff;

/** Timeout of the random cases, which are ten times as many in `npm run test:soak`. */
const LONG_RUN_MS = 600_000;

describe("a regular expression", () => {
  it(
    "matches the same as the runtime's own",
    async () => {
      await fc.assert(
        fc.property(writtenExpressions, text, fc.boolean(), ({ source, native }, given, ignoreCase) => {
          const matches = given.matchAll(new RegExp(native, ignoreCase ? "giv" : "gv"));
          const expected = [...matches].some(({ index }) => !isInsidePair(given, index));
          expect(isIn(source, given, ignoreCase), `/${source}/ in ${JSON.stringify(given)}`).toBe(expected);
        }),
        {
          numRuns: Number(process.env.REGEX_RUNS ?? 2000),
          seed: Number(process.env.REGEX_SEED ?? 20_261_130),
        },
      );
    },
    LONG_RUN_MS,
  );

  it.each([
    ["(?P<name>ab)+$", "xabab", true],
    ["(?<name>ab)", "b", false],
    ["\\A a\\-b_\\_ \\Z", " a-b__ ", true],
    ["\\Aa\\z", "a", true],
    ["{x}]", "{x}]", true],
    ["\\p{Lu}\\u0061\\x62", "Éab", true],
    ["\\pL\\p{Greek}\\PN", "aωb", true],
    ["", "", true],
    // Flags for the rest, for a group, and off again
    ["(?i)(firefox|librewolf|waterfox|nightly)", "Firefox Nightly", true],
    ["(?i)^arc(\\.exe)?$", "Arc.EXE", true],
    ["a(?i)b", "aB", true],
    ["a(?i)b", "AB", false],
    ["(?:(?i)a)b", "AB", false],
    ["(?i:a)b", "AB", false],
    ["(?i)a(?-i:b)c", "ABC", false],
    ["(?i)a(?-i)b", "AB", false],
    ["(?i)a|b", "B", true],
    ["(?si)a.B", "A\nb", true],
    ["a.b", "a\nb", false],
    ["a.b", "a\rb", true],
    ["(?m)^b$", "a\nb\nc", true],
    ["^b$", "a\nb\nc", false],
    ["(?x) a b # two\n [ ] c", "ab c", true],
    ["(?x)a\\ b", "a b", true],
    ["a(?#no more)*b", "aaab", true],
    ["(?a)^\\w+$", "Übung", false],
    ["(?u)^\\w+$", "Übung", true],
    // Words and digits of all scripts
    ["\\bÜbung\\b", "die Übung.", true],
    ["^\\w+\\s\\d+$", "Größe ٣", true],
    ["[\\w-]+@", "ü-x@", true],
    ["[^\\W\\d]", "1-", false],
    // Lookarounds
    ["testing (?!lookahead)", "testing lookahead", false],
    ["testing (?!lookahead)", "testing lookbehind", true],
    ["^(?!.*(private|secret)).*work", "secret work", false],
    ["(?<=\\$)\\d+", "costs $15", true],
    ["(?<!\\$)\\b\\d+", "costs $15", false],
    ["(?=.*a)(?=.*b)c", "cba", true],
    ["(?<=a(?!b))c", "abac", true],
    ["(?<=^|,)x", "a,x", true],
    ["a(?=b(?<=ab))", "ab", true],
    // Backreferences and conditions
    ["(a)\\1", "aba", false],
    ["\\b(\\w+) \\1\\b", "that that is", true],
    ["(?P<quote>['\"]).*?(?P=quote)", "say 'it\"", false],
    ["(?<q>['\"]).*?\\k<q>", 'say "it"', true],
    ["(?i)(a)\\1", "aA", true],
    ["(?i)(ß)\\1", "ßẞ", true],
    ["(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10", "abcdefghijj", true],
    ["(?:(a)|b)\\1", "bb", false],
    ["(?=(\\w+))\\1:", "ab:", true],
    ["(a)(?<=\\1b?)c", "ac", true],
    ["^.?(<)?a(?(1)>|$)b", "<ab", false],
    ["^(<)?a(?(1)>|$)", "a", true],
    ["^(?P<open><)?a(?(open)>)$", "<a>", true],
    ["^(?>a*)ab", "aaab", false],
    ["^a*+b", "aaab", true],
    ["^a{1,2}+ab", "aab", false],
    ["^(a|ab)(?!c)\\1?c", "abc", false],
    ["(?:a|b*)*\\Z|(x)\\1", "", true],
    ["^((a*)*)\\1b", "aab", true],
    // Syntax that other engines write differently
    ["[]a]+$", "]a]", true],
    ["[^]a]", "]a", false],
    ["a{,2}$", "aa", true],
    ["^a{,2}$", "aaa", false],
    ["a{x", "a{x", true],
    ["\\x{1F600}|\\U0001F600", "😀", true],
    ["\\101\\0", "A\0", true],
    ["[\\b]", "\b", true],
    ["[a\\-z]", "-", true],
    ["[\\w-.]", "-", true],
    ["[--/]", ".", true],
    ["[[&~|]", "[", true],
  ])("matches %s in %j: %s", (source, given, isFound) => {
    expect(isIn(source, given)).toBe(isFound);
  });

  it.each([
    "(",
    ")",
    "a)",
    "[",
    "[]",
    "*",
    "a**",
    "a{2}{3}",
    "\\1(a)",
    "(a\\1)",
    "(a)\\2",
    "(?<=(a)\\1)",
    "(?P<a>x)(?P<a>y)",
    "(?P=a)",
    "\\k<a>",
    "(?(1)a|b)",
    "(?(a)b)",
    "(?z)a",
    "(?Pa)",
    "(?=a",
    "(?i",
    "\\m",
    "a{3,2}",
    "\\",
    "[z-a]",
    "\\p{Nothing}",
    "\\x{110000}",
  ])("rejects %s", (source) => {
    expect(() => compile(source)).toThrow(/Unsupported regular expression/);
  });

  it.each(["(".repeat(60) + ")".repeat(60), "((a{99}){99}){99}"])(
    "rejects one that is too large: %s",
    (source) => {
      expect(() => compile(source)).toThrow(/regular expression/);
    },
  );

  it.each([
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "(a*)*b",
    "(.*.*.*.*)=x",
    "(?=(a+)+$)b",
    "(?<=(a*)*)b(?!(a|aa)+$)",
  ])("takes steps in proportion to the text: %s", (source) => {
    const stepsFor = (length: number) => {
      const budget = new Budget();
      const regexes = new Regexes(budget);
      regexes.matcher(source)(`${"a".repeat(length)}!`);
      return budget.used.steps + regexes.usedSteps;
    };
    expect(stepsFor(10_000)).toBeLessThan(11 * stepsFor(1000));
  });

  it.each([
    ["(a+)+\\1\\1b", `${"a".repeat(3000)}!b`],
    ["(?=(a+)+\\1$)b|(.*)(.*)(.*)\\2\\3!", "ab".repeat(4000)],
    ["^(?:(a)|(b)|(c))*\\1\\2\\3d", `${"abc".repeat(5000)}!d`],
    ["(.)(?<=(.*).*\\1)x$", `${"ab".repeat(4000)}!x`],
  ])("stops if it takes too much work: %s", (source, given) => {
    expect(() => isIn(source, given)).toThrow(/too much work/);
  });

  it("leaves enough work to every other if it takes too much [QUERY-4]", () => {
    const regexes = new Regexes(new Budget());
    for (let nth = 1; nth < 9; nth++)
      expect(() => regexes.matcher(`(a+)+\\1{${nth}}b`)(`${"a".repeat(3000)}!b`)).toThrow(/too much work/);
    expect(regexes.matcher("(\\w)\\1(?=er)")("a better one")).toBe(true);
    expect(() => regexes.matcher("(a+)+\\1{1}b")("ab")).toThrow(/too much work/);
  });
});
