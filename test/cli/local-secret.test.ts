import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readLocalSecret } from "../../src/cli/local/local-secret.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "local-secret-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

it("returns the same secret each time", async () => {
  const secret = await readLocalSecret(dataDir);
  expect(await readLocalSecret(dataDir)).toBe(secret);
});

it("fails, and changes nothing, if its file can't be read", async () => {
  await mkdir(join(dataDir, "secret"));
  await expect(readLocalSecret(dataDir)).rejects.toThrow("EISDIR");
  expect(await readdir(dataDir)).toEqual(["secret"]);
});
