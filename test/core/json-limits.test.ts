import fc from "fast-check";
import { expect, it } from "vitest";
import { isOverJsonLimits } from "../../src/core/json-limits.ts";

/** Counts the values of a JSON document, nested values included. */
const countValues = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? Object.values(value).reduce<number>((sum, part) => sum + countValues(part), 1)
    : 1;

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

it("accepts JSON within the limits of values and of nesting", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = JSON.parse(text);
      // The scanner counts an empty list as one value, because it doesn't look for the closing bracket.
      const limits = { values: 2 * countValues(value), depth: depthOf(value) };
      expect(isOverJsonLimits(text, limits)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

it.each([
  ["[0,0,0]", { values: 3, depth: 9 }],
  ["[[[]]]", { values: 9, depth: 2 }],
  ['{"a":{"b":0}}', { values: 9, depth: 1 }],
  ["[".repeat(100), { values: 50, depth: 1000 }],
  ["[,,,,,,,,", { values: 5, depth: 9 }],
])("rejects %s beyond the limits", (text, limits) => {
  expect(isOverJsonLimits(text, limits)).toBe(true);
});

it("ignores brackets inside strings", () => {
  const text = JSON.stringify(["[[[[,,,,{{{{", '"[[[[,,,,', "\\"]);
  expect(isOverJsonLimits(text, { values: 4, depth: 1 })).toBe(false);
  expect(isOverJsonLimits('["never closed,,,,,', { values: 4, depth: 1 })).toBe(false);
});
