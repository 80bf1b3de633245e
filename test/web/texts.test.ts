import { expect, it } from "vitest";
import { de } from "../../src/web/i18n/de.ts";
import { en } from "../../src/web/i18n/en.ts";

const placeholdersIn = (message: string | { one: string; other: string }) =>
  [...JSON.stringify(message).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

it.each(Object.entries(en))("has %s in German, with the same placeholders", (key, english) => {
  const german = de[key as keyof typeof en];
  expect(placeholdersIn(german)).toEqual(placeholdersIn(english));
  expect(JSON.stringify(german)).not.toBe('""');
});
