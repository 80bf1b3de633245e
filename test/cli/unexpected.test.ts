import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireDataLock } from "../../src/cli/local/data-lock.ts";
import { runCommand } from "../support/command.ts";

const TOO_LONG = "x".repeat(5_000);

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "unexpected-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe("an unexpected error", () => {
  it("ends the command with one line and a hint", async () => {
    const { code, stdout, stderr } = await runCommand("file-hygiene", [TOO_LONG]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: ENAMETOOLONG: [^\n]+\nThis error is unexpected\. Set DEBUG=true [^\n]+\n$/,
    );
  });

  it("shows its stack if DEBUG=true, as an expected error does", async () => {
    const unexpected = await runCommand("file-hygiene", [TOO_LONG], { DEBUG: "true" });
    expect(unexpected.stderr).toMatch(/^error: ENAMETOOLONG[^\n]+\n.*at .*file-hygiene\.ts:\d+:\d+/s);
    expect(unexpected.stderr).not.toContain("This error is unexpected");
    const expected = await runCommand("seed", ["--force"], { DEBUG: "true" });
    expect(expected.stderr).toMatch(
      /^error: Unknown option '--force'[^\n]+\nCliError: .*at .*flags\.ts:\d+/s,
    );
  });
});

describe("an inconsistent data directory", () => {
  it("fails if its lock is another file", async () => {
    await writeFile(join(dataDir, "lock"), "This is not a database. ".repeat(100));
    const { code, stderr } = await runCommand("seed", ["--data", dataDir]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: file is not a database\n/)]);
  });

  it("fails with one line if its process does not answer", async () => {
    const lock = await acquireDataLock(dataDir);
    await lock.announce({ url: "postgres://a:hush@127.0.0.1:1/b", endpoint: "http://127.0.0.1:1/sql" });
    expect(await runCommand("seed", ["--data", dataDir])).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: No answer from the running database.\n",
    });
    await lock.release();
  });
});
