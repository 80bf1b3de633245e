import { expect, it } from "vitest";
import { de } from "../../src/web/i18n/de.ts";
import { en } from "../../src/web/i18n/en.ts";

type Texts = Record<string, string | { one: string; other: string }>;

/** Returns the placeholders of each text. */
const placeholdersIn = (texts: Texts) =>
  Object.entries(texts).map(([key, text]) => [
    key,
    [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
  ]);

it("has every text in German, with the same placeholders", () => {
  expect(placeholdersIn(de)).toEqual(placeholdersIn(en));
  expect(Object.entries(de).filter(([, text]) => text === "")).toEqual([]);
});
