import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extremeNumbers, extremeTexts } from "../support/fuzz/extremes.ts";
import { valuesOf } from "../support/fuzz/values.ts";

describe("extreme texts", () => {
  it("matches the lengths and the pattern of their schema, and reaches both limits", () => {
    const lengths = extremeTexts({ type: "string", minLength: 3, maxLength: 40 }, "name").map(
      ({ length }) => length,
    );
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([3, 40]);
    const matching = extremeTexts({ type: "string", pattern: "^[0-9x]+$", maxLength: 20 }, "code");
    expect(matching).toContain("x".repeat(20));
    for (const text of matching) expect(text).toMatch(/^[0-9x]+$/);
  });

  it("includes instants with the widest offsets, first and last years, and long fractions", () => {
    const instants = extremeTexts({ type: "string", format: "date-time" }, "at");
    for (const part of ["+23:59", "-23:59", "+16:00", "0000-01-01", "9999-12-31", ":60Z", "999999999Z"])
      expect(
        instants.filter((instant) => instant.includes(part)),
        part,
      ).not.toEqual([]);
  });

  it("includes lists with a repeated part if the example is a list", () => {
    expect(extremeTexts({ type: "string", example: "day,project" }, "group")).toContain("day,day");
    const period = "2026-11-23T00:00:00Z/2026-11-24T00:00:00Z";
    const periods = extremeTexts({ type: "string", example: period }, "period");
    expect(periods).toContain("2024-02-29T23:59:59-23:59/2024-02-29T23:59:59-23:59");
  });

  it("includes cursors with dates that do not exist", () => {
    const cursors = extremeTexts({ type: "string" }, "cursor").map((cursor) =>
      Buffer.from(cursor, "base64url"),
    );
    expect(cursors.some((cursor) => cursor.includes("2026-02-30"))).toBe(true);
  });
});

describe("extreme numbers", () => {
  it("matches their schema, and reaches its limits", () => {
    const numbers = extremeNumbers({ type: "integer", minimum: 1, maximum: 100 }, true);
    expect([Math.min(...numbers), Math.max(...numbers)]).toEqual([1, 100]);
    expect(extremeNumbers({ type: "number" }, false)).toContain(Number.MAX_VALUE);
    for (const number of extremeNumbers({ type: "integer" }, true))
      expect(number).toSatisfy(Number.isSafeInteger);
  });
});

it("repeats items in extreme values of a list", () => {
  const values = valuesOf({ paths: {}, components: { schemas: {} } }, { extreme: true });
  const schema = {
    type: "array",
    items: { type: "integer", minimum: 0, maximum: 6 },
    minItems: 1,
    maxItems: 7,
  };
  const lists = fc.sample(values.value(schema, "weekdays"), { numRuns: 200, seed: 1 }) as number[][];
  expect(lists.some((list) => list.length > 1 && new Set(list).size === 1)).toBe(true);
  for (const { length } of lists) expect(length).toBeLessThanOrEqual(7);
});
