import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../support/guides.ts";

/** Folders of tests that mirror folders of src/. */
const MIRRORING = ["core", "database", "features", "guard", "http", "jobs", "parts"];

it.each(MIRRORING)("finds tests in test/%s only in folders that also exist, with code, in src/", (folder) => {
  const tests = readdirSync(join(ROOT, "test", folder), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".test.ts"),
  );
  expect(tests.length).toBeGreaterThan(0);
  const hasCode = (path: string) =>
    existsSync(path) && readdirSync(path).some((name) => /\.(ts|sql)$/.test(name));
  expect(tests.filter((name) => !hasCode(join(ROOT, "src", folder, dirname(name))))).toEqual([]);
});
