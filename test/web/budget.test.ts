import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

/** Folder of the built app, which the tests' setup builds. */
const BUILT = join(import.meta.dirname, "../../dist/assets/app");
const shell = readFileSync(join(BUILT, "index.html"), "utf8");

const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
const read = (name: string) => readFileSync(join(BUILT, "assets", name));
const kibOf = (names: Iterable<string>) =>
  [...names].reduce((sum, name) => sum + gzipSync(read(name)).length, 0) / 1024;

/** Returns the files that a script needs before it runs, itself among them. */
function filesOf(name: string, known: ReadonlySet<string> = new Set()): Set<string> {
  const found = new Set([name]);
  for (const file of found)
    for (const next of namesIn(read(file).toString(), /(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
      if (!known.has(next)) found.add(next);
  return found;
}

const entry = new Set(namesIn(shell, /assets\/([\w.-]+\.js)"/g).flatMap((name) => [...filesOf(name)]));

it("has an entry of at most 35 KiB", () => {
  expect(entry.size).toBeGreaterThan(0);
  expect(kibOf(entry)).toBeLessThanOrEqual(35);
});

it("has pages of at most 15 KiB each, and a style of at most 8 KiB", () => {
  const files = readdirSync(join(BUILT, "assets"));
  const pages = files.filter((name) => name.startsWith("page-"));
  expect(pages.length).toBeGreaterThan(10);
  for (const page of pages) expect([page, kibOf(filesOf(page, entry)) <= 15]).toEqual([page, true]);
  expect(kibOf(files.filter((name) => name.endsWith(".css")))).toBeLessThanOrEqual(8);
});
