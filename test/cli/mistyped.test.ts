import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand, shellCommandOf, startProcess } from "../support/command.ts";
import { copyProject, startIn } from "../support/project-copy.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mistyped-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const ACCOUNT = ["--email", "root@example.com", "--username", "root"];
const PASSWORD = { SUPERUSER_PASSWORD: "correct horse battery staple" };

/** Commands that need existing data. */
const COMMANDS: [name: string, args: string[], environment: NodeJS.ProcessEnv][] = [
  ["grant", ["--user", "ada", "--role", "admin"], {}],
  ["organize", ["--name", "Initech", "--owner", "ada"], {}],
  ["seed", [], {}],
  ["create-super-user", ACCOUNT, PASSWORD],
];

const oneLine = (message: RegExp) => ({ code: 1, stdout: "", stderr: expect.stringMatching(message) });

describe.each(COMMANDS)("%s", (name, args, environment) => {
  it("names a directory without a database, and creates nothing there", async () => {
    const outcome = await runCommand(name, [...args, "--data", join(directory, "dta")], environment);
    expect(outcome).toEqual(oneLine(/^error: No database in \/\S+\/dta\. [^\n]*npm start[^\n]*\n$/));
    expect(await readdir(directory)).toEqual([]);
  });

  it("rejects memory, which keeps nothing", async () => {
    const outcome = await runCommand(name, [...args, "--data", "memory"], environment);
    expect(outcome).toEqual(oneLine(/^error: --data memory has no data: [^\n]+\n$/));
  });
});

describe("a command", () => {
  it.each([
    ["an empty value", ["--data", ""], /--data is empty/],
    ["no value", ["--data"], /--data requires a value/],
    ["another flag instead of a value", ["--data", "--help"], /--data requires a value/],
    ["an unknown flag", ["--dta", "x"], /Unknown option '--dta'/],
    ["an argument that is not a flag", ["x"], /Unexpected argument 'x'/],
    ["a value for a switch", ["--help=yes"], /'--help' does not take an argument/],
  ])("rejects %s", async (_, wrong, message) => {
    const outcome = await runCommand("seed", wrong);
    expect(outcome).toEqual(oneLine(message));
    expect(outcome.stderr).toMatch(/^error: [^\n]+Usage: [^\n]+\n$/);
  });
});

it("asks no question in create-super-user if the database is missing", async () => {
  const node = `${shellCommandOf("create-super-user")} --data '${directory}/dta'`;
  const terminal = startProcess("script", ["-qfec", node, "/dev/null"], { stdio: ["pipe", "pipe", "pipe"] });
  expect((await terminal.ended).code).toBe(1);
  expect(terminal.output()).toContain("No database in");
  expect(terminal.output()).not.toContain("Email");
});

describe("migrate", () => {
  it.each([
    ["down", ["0x2"], /Invalid number of migrations "0x2"/],
    ["down", [" 2"], /Invalid number of migrations " 2"/],
    ["down", ["+2"], /Invalid number of migrations "\+2"/],
    ["down", ["２"], /Invalid number of migrations "２"/],
    ["down", ["--runtime-role", "worker"], /--runtime-role works only with up/],
    ["up", ["--runtime-role", ""], /--runtime-role is empty/],
    ["up", ["--custom"], /--custom works only with create/],
  ])("rejects %s %j with one line that names the problem", async (command, args, message) => {
    const outcome = await runCommand("migrate", [command, ...args]);
    expect(outcome).toEqual(oneLine(message));
    expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
  });

  it.each(["down", "status"])("creates no missing database for %s", async (command) => {
    await copyProject(join(directory, "copy"));
    const outcome = await startIn(join(directory, "copy"), "migrate", [command]).ended;
    expect(outcome).toEqual(oneLine(/^error: No database in \S+\.data\. /));
    expect(await readdir(join(directory, "copy"))).not.toContain(".data");
  });
});

it.each([
  ["signing-keys", ["--sign-with-last", "--drop-others"], /can't be combined/],
  ["build", ["--dry"], /Unknown option '--dry'/],
  ["audit", ["--fix"], /Unknown option '--fix'/],
  ["vendor", ["--check"], /Unknown option '--check'/],
  ["argon2", ["--check"], /Unknown option '--check'/],
  ["assets", ["--all"], /Unknown option '--all'/],
  ["db", ["--data", ""], /--data is empty/],
  ["db", ["--port", "0x10"], /Invalid port "0x10"/],
])("rejects %s %j with one line that names the problem", async (name, args, message) => {
  const outcome = await runCommand(name, args);
  expect(outcome).toEqual(oneLine(message));
  expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
});
