import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SECURITY_FOLDER } from "../../src/cli/commands/vendor.ts";
import { copyProject, startIn } from "../support/project-copy.ts";

const FILES = ["blake2b.wasm", "common-passwords.generated.ts"];

let directory: string;
let copy: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "vendor-"));
  copy = join(directory, "project");
  await copyProject(copy);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it("writes the committed files, and prints their sizes", async () => {
  const folder = join(copy, "src/core/security");
  const others = (await readdir(folder)).filter((name) => !FILES.includes(name));
  for (const name of FILES) await writeFile(join(folder, name), "old");
  const { code, stdout, stderr } = await startIn(copy, "vendor").ended;
  expect([code, stderr]).toEqual([0, ""]);
  const committed = await Promise.all(FILES.map((name) => readFile(join(SECURITY_FOLDER, name))));
  expect(stdout).toBe(FILES.map((name, index) => `${name}: ${committed[index]?.length} bytes\n`).join(""));
  for (const [index, name] of FILES.entries()) {
    expect((await readFile(join(folder, name))).equals(committed[index] ?? Buffer.of())).toBe(true);
  }
  expect((await readdir(folder)).sort()).toEqual([...others, ...FILES].sort());
});
