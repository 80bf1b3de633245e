import { expect, it } from "vitest";
import { GUIDES, readText } from "../support/guides.ts";
import { expectTests, idsInTests } from "../support/test-references.ts";

const LINK = /\[`[^`]+`\]\([./]+\/test\/[^)]+\.test\.ts\)/g;
const CITATIONS = GUIDES.flatMap((guide) =>
  [...readText(guide).matchAll(LINK)].map(([link]) => ({ guide, link })),
);

it("finds each id that a guide cites in a test title of the linked file", () => {
  expect(CITATIONS.length).toBeGreaterThan(200);
  for (const { guide, link } of CITATIONS) expectTests(link, guide);
});

it("finds each test id in only one title, and in a guide", () => {
  const ids = idsInTests();
  expect(ids.filter(({ id }, index) => ids.findIndex((other) => other.id === id) !== index)).toEqual([]);
  expect(ids.filter(({ id }) => !CITATIONS.some(({ link }) => link.startsWith(`[\`${id}\`]`)))).toEqual([]);
});
