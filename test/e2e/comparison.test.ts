import { describe, expect, it } from "vitest";
import { readText, rowsOf } from "../support/guides.ts";

const PAGE = "docs/comparison.md";
const REFERENCE = /^`(test\/[\w./-]+\.test\.ts)` `([^`]+)`$/;

/** Titles as they stand in the code of a test, those in a `describe` with its title and " > " before. */
function titlesOf(file: string): string[] {
  const titles: string[] = [];
  let group: string | undefined;
  // A group begins and ends at the start of a line; a test's title is what `it` or `it.each(…)` is called with first.
  const marks =
    /^describe.*?\("((?:[^"\\]|\\.)*)", (?:async )?\(|^(\}\);)|(?:\bit|\))\(\s*"((?:[^"\\]|\\.)*)",/gm;
  for (const [, opened, closed, title] of readText(file).matchAll(marks)) {
    if (title !== undefined) titles.push(group === undefined ? title : `${group} > ${title}`);
    else group = closed === undefined ? opened : undefined;
  }
  return titles;
}

describe("docs/comparison.md", () => {
  const rows = rowsOf(readText(PAGE)).filter(([, , test]) => test !== "test" && test !== "---");

  it("names tests that exist", () => {
    expect(rows.length).toBeGreaterThan(40);
    for (const [was, , tests = ""] of rows) {
      for (const reference of tests.split("<br>")) {
        const [, file = "", title = ""] = REFERENCE.exec(reference) ?? [];
        expect(file, `${was}: ${reference}`).not.toBe("");
        expect(titlesOf(file), `${was}: ${file}`).toContain(title);
      }
    }
  });

  it("says of each thing what was, what is, and a test", () => {
    for (const row of rows) expect(row.map((cell) => cell !== "")).toEqual([true, true, true]);
  });
});
