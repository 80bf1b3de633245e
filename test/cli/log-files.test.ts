import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLogFiles } from "../../src/cli/logs/log-files.ts";
import type { LogEntry } from "../../src/cli/logs/log-printer.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "log-files-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const entry = (level: LogEntry["level"], message: string): LogEntry => ({
  timestamp: "2026-11-23T12:00:00.000Z",
  level,
  module: "test",
  message,
  fields: { number: 1 },
});
const read = (file: string) => readFile(join(directory, file), "utf8");

it("writes all events to app.log and errors to error.log, as lines of JSON that only the owner can read", async () => {
  const files = openLogFiles(join(directory, "logs"));
  files.write(entry("info", "one"));
  files.write(entry("error", "two"));
  files.write(entry("warn", "three"));
  await files.close();
  const all = (await read("logs/app.log")).trim().split("\n");
  expect(all.map((line) => JSON.parse(line).message)).toEqual(["one", "two", "three"]);
  expect(await read("logs/error.log")).toBe(`${all[1]}\n`);
  expect((await stat(join(directory, "logs/app.log"))).mode & 0o777).toBe(0o600);
});

it("writes every event before it is closed", async () => {
  const files = openLogFiles(directory);
  for (let count = 0; count < 20_000; count++) files.write(entry("info", `line ${count}`));
  await files.close();
  expect((await read("app.log")).trim().split("\n")).toHaveLength(20_000);
});

it("appends to existing files", async () => {
  for (const message of ["first", "second"]) {
    const files = openLogFiles(directory);
    files.write(entry("error", message));
    await files.close();
  }
  expect((await read("app.log")).trim().split("\n")).toHaveLength(2);
  expect((await read("error.log")).trim().split("\n")).toHaveLength(2);
});

it("rotates app.log at 10 MB, and keeps ten old files", async () => {
  for (let count = 0; count < 12; count++) {
    const files = openLogFiles(directory);
    files.write(entry("info", "x".repeat(10 * 1024 * 1024)));
    files.write(entry("info", "after"));
    await files.close();
  }
  const kept = (await readdir(directory)).filter((name) => name.startsWith("app."));
  expect(kept).toHaveLength(11);
  expect(await read("app.log")).toContain('"after"');
  expect((await stat(join(directory, "app.log"))).size).toBeLessThan(1000);
});

it("rotates error.log with its date, and keeps 30 old files", async () => {
  for (let day = 1; day <= 32; day++) {
    await writeFile(join(directory, "error.log"), `day ${day}\n`);
    const written = new Date(2026, 0, day, 12);
    await utimes(join(directory, "error.log"), written, written);
    const files = openLogFiles(directory);
    files.write(entry("error", "today"));
    await files.close();
  }
  const kept = (await readdir(directory)).filter((name) => /^error-.*\.log$/.test(name)).sort();
  expect(kept).toHaveLength(30);
  expect(kept[0]).toBe("error-2026-01-03.log");
  expect(await read("error-2026-01-03.log")).toBe("day 3\n");
});

it("continues if the files can't be written", async () => {
  await writeFile(join(directory, "logs"), "in the way");
  const files = openLogFiles(join(directory, "logs"));
  files.write(entry("error", "lost"));
  await files.close();
});
