import { describe, expect, it } from "vitest";
import { readText, rowsOf, sectionOf } from "../support/guides.ts";
import { expectTests } from "../support/test-references.ts";

const PAGE = "docs/security.md";

/** Number of requirements of levels 1 and 2 in each section of OWASP ASVS 5.0.0, chapters V6 to V10. */
const REQUIREMENTS: Record<string, number> = {
  "6.1": 3,
  "6.2": 12,
  "6.3": 4,
  "6.4": 4,
  "6.5": 5,
  "6.6": 3,
  "6.8": 4,
  "7.1": 3,
  "7.2": 4,
  "7.3": 2,
  "7.4": 5,
  "7.5": 2,
  "7.6": 2,
  "8.1": 2,
  "8.2": 3,
  "8.3": 1,
  "8.4": 1,
  "9.1": 3,
  "9.2": 4,
  "10.1": 2,
  "10.2": 2,
  "10.3": 4,
  "10.4": 11,
  "10.5": 5,
  "10.6": 2,
  "10.7": 3,
};

const MET = ["yes", "partly", "no", "n/a"];
const LINK = /^\[[^\]]+\]\(([\w.]*)(?:#([\w-]+))?\)$/;

describe("the table of the ASVS in docs/security.md", () => {
  const rows = rowsOf(sectionOf(PAGE, "OWASP ASVS 5.0, chapters V6 to V10")).filter(([number = ""]) =>
    /^\d/.test(number),
  );

  it("has every requirement of levels 1 and 2 once, in order", () => {
    const expected = Object.entries(REQUIREMENTS).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    );
    expect(rows.map(([number]) => number)).toEqual(expected);
    expect(rows.filter(([, level = ""]) => !/^[12]$/.test(level))).toEqual([]);
  });

  it("explains for each requirement how it is met, or why not", () => {
    for (const [number, , asks, met = "", how, ...rest] of rows) {
      expect(MET, number).toContain(met);
      expect(
        [asks, how].map((cell) => cell !== ""),
        number,
      ).toEqual([true, true]);
      expect(rest, number).toHaveLength(1);
    }
  });

  it("names existing tests and sections for requirements that are met", () => {
    for (const [number = "", , , met = "", , shownBy = ""] of rows) {
      const shown = shownBy.split(", ").filter((part) => !isSection(part));
      if (!["yes", "partly"].includes(met)) expect(shownBy, number).toBe("nothing to show");
      else if (shown.length > 0) expectTests(shown.join(", "), number);
    }
  });
});

describe("docs/security.md", () => {
  it("links only to existing sections", () => {
    const links = [...readText(PAGE).matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((anchor = "") => !anchorsOf(PAGE).includes(anchor))).toEqual([]);
  });
});

/** Returns true if `part` is a link to a guide, or to a section of this one. */
function isSection(part: string): boolean {
  const [, file, anchor] = LINK.exec(part) ?? [];
  return Boolean(file || anchor);
}

/** Returns GitHub's anchors of the headings of a guide. */
function anchorsOf(path: string): string[] {
  return [...readText(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
