import { expect } from "vitest";
import { readText } from "./guides.ts";

const REFERENCE = /^`(test\/[\w./-]+\.test\.ts)` `([^`]+)`$/;

/** Fails unless `references`, the cell of a guide's table that is about `subject`, names nothing but tests that exist. */
export function expectTests(references: string, subject: string): void {
  for (const reference of references.split("<br>")) {
    const [, file = "", title = ""] = REFERENCE.exec(reference) ?? [];
    expect(file, `${subject}: ${reference}`).not.toBe("");
    expect(titlesOf(file), `${subject}: ${file}`).toContain(title);
  }
}

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
