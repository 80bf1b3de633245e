import { describe, expect, it } from "vitest";
import { readText, rowsOf } from "../support/guides.ts";
import { expectTests } from "../support/test-references.ts";

/** Guides whose tables name tests, with their minimum numbers of rows. */
const PAGES: [page: string, atLeast: number][] = [
  ["docs/comparison.md", 40],
  ["docs/traps.md", 25],
];

describe.each(PAGES)("%s", (page, atLeast) => {
  const rows = rowsOf(readText(page)).filter(([, , test]) => test !== "test" && test !== "---");

  it("names tests that exist [DOCS-4]", () => {
    expect(rows.length).toBeGreaterThan(atLeast);
    for (const [was = "", , tests = ""] of rows) expectTests(tests, was);
  });

  it("has the old behavior, the new behavior and a test in each row", () => {
    for (const row of rows) expect(row.map((cell) => cell !== "")).toEqual([true, true, true]);
  });
});
