import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openLogFiles } from "../../src/cli/logs/log-files.ts";
import type { LogEntry } from "../../src/cli/logs/log-printer.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "log-files-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const failure: LogEntry = {
  timestamp: "2026-11-23T12:00:00.000Z",
  level: "error",
  module: "test",
  message: "failed",
  fields: {},
};

it("warns once of each file that can't be written", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  await writeFile(join(directory, "logs"), "in the way");
  const files = openLogFiles(join(directory, "logs"));
  files.write(failure);
  await expect.poll(() => error.mock.calls.length).toBe(2);
  for (let count = 0; count < 100; count++) files.write(failure);
  await files.close();
  const warnings = error.mock.calls.map(([line]) => String(line));
  expect(warnings).toHaveLength(2);
  for (const warning of warnings)
    expect(warning).toMatch(/warning:.* The log in \S+\/logs can't be written: /);
  error.mockRestore();
});

it("names two files that are rotated on the same day differently", async () => {
  const written = new Date(2026, 0, 5, 12);
  for (const text of ["morning\n", "evening\n"]) {
    await writeFile(join(directory, "error.log"), text);
    await utimes(join(directory, "error.log"), written, written);
    const files = openLogFiles(directory);
    files.write(failure);
    await files.close();
  }
  expect((await readdir(directory)).filter((name) => name.startsWith("error-")).sort()).toEqual([
    "error-2026-01-05.2.log",
    "error-2026-01-05.log",
  ]);
  expect(await readFile(join(directory, "error-2026-01-05.2.log"), "utf8")).toBe("evening\n");
  expect(await readFile(join(directory, "error-2026-01-05.log"), "utf8")).toBe("morning\n");
});
