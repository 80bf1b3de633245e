import { describe, expect, it } from "vitest";
import { readText, rowsOf } from "../support/guides.ts";
import { expectTests } from "../support/test-references.ts";

const PAGE = "docs/comparison.md";

describe("docs/comparison.md", () => {
  const rows = rowsOf(readText(PAGE)).filter(([, , test]) => test !== "test" && test !== "---");

  it("names tests that exist", () => {
    expect(rows.length).toBeGreaterThan(40);
    for (const [was = "", , tests = ""] of rows) expectTests(tests, was);
  });

  it("says of each thing what was, what is, and a test", () => {
    for (const row of rows) expect(row.map((cell) => cell !== "")).toEqual([true, true, true]);
  });
});
