import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../support/command.ts";
import { ROOT } from "../support/guides.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hygiene-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(content: string | Uint8Array) {
  const path = join(folder, "file.txt");
  await writeFile(path, content);
  const { code, stderr } = await runCommand("file-hygiene", [path, join(folder, "deleted.txt")]);
  return { code, problem: stderr.replace(path, "").trim() };
}

it.each([
  ["text", "all is well\n"],
  ["an empty file", ""],
  ["binaries", new Uint8Array([0, 97, 115, 109])],
  ["a secret for developers", `AUTH_SECRET=local-${"x".repeat(40)}\n`],
  ["headings of equals signs", "Heading\n=======\n"],
])("accepts %s", async (_, content) => {
  expect(await check(content)).toEqual({ code: 0, problem: "" });
});

it.each([
  ["no newline at the end", "text"],
  ["merge conflict markers", `${"<".repeat(7)} HEAD\n`],
  ["an AUTH_SECRET that is not for local use", `AUTH_${"SECRET"}=${"x9".repeat(20)}\n`],
  ["over 1 MiB", "x".repeat(1024 * 1024 + 1)],
])("rejects a file with: %s", async (problem, content) => {
  expect(await check(content)).toEqual({ code: 1, problem: expect.stringContaining(problem) });
});

it("accepts docs/openapi.json of any size", async () => {
  expect((await stat(join(ROOT, "docs/openapi.json"))).size).toBeGreaterThan(1024 * 1024);
  expect((await runCommand("file-hygiene", ["docs/openapi.json"])).code).toBe(0);
});
