import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget } from "../../../src/features/activitywatch/query/budget.ts";
import { regexesOf } from "../../../src/features/activitywatch/query/classify.ts";

const compile = (source: string, ignoreCase = false, budget = new Budget()) =>
  regexesOf(budget)(source, ignoreCase);

const isIn = (source: string, text: string, ignoreCase = false) => compile(source, ignoreCase)(text);

const ATOMS = [
  "a",
  "b",
  "c",
  ".",
  "\\d",
  "\\W",
  "\\s",
  "\\b",
  "\\B",
  "^",
  "$",
  "[ab]",
  "[^a-b]",
  "\\.",
  "é",
  "😀",
  "[é😀]",
];
const TIMES = ["", "", "", "*", "+", "?", "{2}", "{1,}", "{0,3}", "*?", "{2,3}?"];

const choiceOf = (single: fc.Arbitrary<string>) => {
  // A place can't be repeated in the runtime's own syntax.
  const repeated = fc
    .tuple(single, fc.constantFrom(...TIMES))
    .map(([one, times]) => (/^(\^|\$|\\[bB])$/.test(one) ? one : one + times));
  const sequence = fc.array(repeated, { maxLength: 3 }).map((parts) => parts.join(""));
  return fc.array(sequence, { minLength: 1, maxLength: 2 }).map((parts) => parts.join("|"));
};
const groupOf = (inner: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.constantFrom(...ATOMS),
    choiceOf(inner).map((choice) => `(${choice})`),
    choiceOf(inner).map((choice) => `(?:${choice})`),
  );

/** Expressions that the runtime reads in the same way. */
const expression = choiceOf(groupOf(groupOf(fc.constantFrom(...ATOMS))));

const text = fc.string({
  unit: fc.constantFrom("a", "b", "c", "A", "1", " ", ".", "é", "😀", "\n"),
  maxLength: 12,
});

describe("a regular expression", () => {
  it("finds what the runtime's own finds", async () => {
    await fc.assert(
      fc.property(expression, text, fc.boolean(), (source, given, ignoreCase) => {
        const native = new RegExp(source, ignoreCase ? "iu" : "u");
        expect(isIn(source, given, ignoreCase), `/${source}/ in ${JSON.stringify(given)}`).toBe(
          native.test(given),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["(?P<name>ab)+$", "xabab", true],
    ["(?<name>ab)", "b", false],
    ["\\A a\\-b_\\_ \\Z", " a-b__ ", true],
    ["{x}]", "{x}]", true],
    ["\\p{Lu}\\u0061\\x62", "Éab", true],
    ["", "", true],
  ])("%s is understood", (source, given, isFound) => {
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
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<!a)",
    "(a)\\1",
    "\\k<a>",
    "a{3,2}",
    "\\",
    "[z-a]",
  ])("%s can't be used", (source) => {
    expect(() => compile(source)).toThrow(/no regular expression that can be used/);
  });

  it.each(["(".repeat(60) + ")".repeat(60), "((a{99}){99}){99}"])(
    "of any size can't be used either: %s",
    (source) => {
      expect(() => compile(source)).toThrow(/regular expression/);
    },
  );

  it.each(["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "(.*.*.*.*)=x"])(
    "%s takes steps as many as the text is long",
    (source) => {
      const stepsFor = (length: number) => {
        const budget = new Budget();
        compile(source, false, budget)(`${"a".repeat(length)}!`);
        return budget.used.steps;
      };
      expect(stepsFor(10_000)).toBeLessThan(11 * stepsFor(1000));
    },
  );
});
