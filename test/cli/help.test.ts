import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCommand } from "../support/command.ts";

it.each([
  ["start", "npm start", ["--port", "--data"]],
  ["seed", "npm run seed", ["--data"]],
  ["grant", "npm run grant", ["--user", "--role", "--permission", "--revoke", "--create", "--data"]],
  ["organize", "npm run organize", ["--name", "--owner", "--member", "--project", "--apply", "--data"]],
  ["create-super-user", "npm run create-super-user", ["--email", "--username", "--data"]],
])("prints the usage and flags of %s, and does nothing", async (name, called, flags) => {
  const { code, stdout, stderr } = await runCommand(name, ["--help", "--data", "/dev/null/none"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`Usage: ${called} -- [--`);
  for (const flag of flags) expect(stdout).toContain(flag);
  expect(stdout).not.toContain("--password");
});

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const commands = Object.entries(scripts).flatMap(([script, line]) => {
  const [, name, args = ""] =
    /^(?:exec )?node src\/cli\/commands\/([\w-]+)\.(?:ts|mjs)(?: (.*))?$/.exec(line) ?? [];
  return name === undefined ? [] : [[script, name, args.split(" ").filter(Boolean)] as const];
});

it.each(commands)("prints the usage of npm run %s", async (script, name, args) => {
  const { code, stdout, stderr } = await runCommand(name, [...args, "--help"], {
    DATABASE_URL: "postgres://none.invalid/none",
  });
  expect([code, stderr]).toEqual([0, ""]);
  const called = script === "start" ? "npm start" : `npm run ${script}`;
  expect(stdout.replace("npm run -s", "npm run")).toContain(called);
  expect(stdout).toContain("Usage: ");
  expect(stdout).not.toContain("✓");
});

it.each(["up", "down", "create", "status"])(
  "names an unknown flag of migrate %s in one sentence",
  async (command) => {
    const { code, stderr } = await runCommand("migrate", [command, "--nope"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Unknown option '--nope'\. Usage: /);
  },
);
