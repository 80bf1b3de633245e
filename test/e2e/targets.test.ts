import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT, readText } from "../support/guides.ts";
import { NOT_ON_SERVER } from "../support/targets.ts";

it("runs each test of a whole system on dist/server.js in CI, or names the reason against it", () => {
  const startsSystem = /startSystem \} from "\.\.\/support\/system\.ts"/;
  const files = readdirSync(import.meta.dirname).filter((name) =>
    startsSystem.test(readFileSync(join(import.meta.dirname, name), "utf8")),
  );
  expect(files.length).toBeGreaterThan(15);
  const { scripts } = JSON.parse(readText("package.json")) as { scripts: Record<string, string> };
  const isRun = (name: string) => scripts["test:postgres"]?.includes(` test/e2e/${name}`);
  expect(readFileSync(join(ROOT, ".ci/run"), "utf8")).toMatch(
    /TARGET=server .*\\\n +npm run .*test:postgres/,
  );
  expect(files.filter((name) => !isRun(name) && !NOT_ON_SERVER[name])).toEqual([]);
  expect(Object.keys(NOT_ON_SERVER).filter((name) => !files.includes(name))).toEqual([]);
});
