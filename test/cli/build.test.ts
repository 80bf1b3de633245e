import { randomBytes } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyProject, startIn } from "../support/project-copy.ts";

let directory: string;
let copy: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "build-"));
  copy = join(directory, "project");
  await copyProject(copy);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it("bundles the Worker as a deployment does, and prints the size of the bundle", async () => {
  // A bundle of an earlier release.
  await mkdir(join(copy, "dist/worker"), { recursive: true });
  await writeFile(join(copy, "dist/worker/index.js"), randomBytes(360 * 1024));
  const { code, stdout } = await startIn(copy, "build").ended;
  expect(code).toBe(0);
  const [, kib] = /^Worker bundle: (\d+) KiB compressed \(at most 360\)\.\n$/.exec(stdout) ?? [];
  expect(Number(kib)).toBeGreaterThan(100);
  const files = await readdir(join(copy, "dist/worker"));
  expect(files).toContain("worker.js");
  expect(files).not.toContain("index.js");
  // V8 needs two bytes for each character of a module that has a character beyond Latin-1.
  const source = await readFile(join(copy, "dist/worker/worker.js"), "utf8");
  expect(source.match(/[^\0-\xff]/g)).toBeNull();
});

it("fails when the bundle is too large", async () => {
  const ballast = randomBytes(360 * 1024).toString("base64");
  await appendFile(join(copy, "src/worker.ts"), `\nObject.assign(globalThis, { ballast: "${ballast}" });\n`);
  expect(await startIn(copy, "build").ended).toMatchObject({
    code: 1,
    stderr: "error: The bundle is over 360 KiB.\n",
  });
});
