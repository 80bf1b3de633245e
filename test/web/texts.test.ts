import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

type Texts = Record<string, string | { one: string; other: string }>;

const I18N = join(import.meta.dirname, "../../src/web/i18n");
const AREAS = readdirSync(I18N, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const load = async (area: string, language: "de" | "en"): Promise<Texts> =>
  (await import(join(I18N, area, `${language}.ts`)))[language];

/** Returns the placeholders of each text. */
const placeholdersIn = (texts: Texts) =>
  Object.entries(texts).map(([key, text]) => [
    key,
    [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
  ]);

it.each(AREAS)("has every text of %s in German, with the same placeholders", async (area) => {
  const [de, en] = [await load(area, "de"), await load(area, "en")];
  expect(placeholdersIn(de)).toEqual(placeholdersIn(en));
  expect(Object.entries(de).filter(([, text]) => text === "")).toEqual([]);
});

it("has each key in one area", async () => {
  const keys = await Promise.all(AREAS.map(async (area) => Object.keys(await load(area, "en"))));
  expect(AREAS).toContain("base");
  expect(keys.flat().sort()).toEqual([...new Set(keys.flat())].sort());
});
