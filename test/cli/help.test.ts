import { expect, it } from "vitest";
import { runCommand } from "../support/command.ts";

it.each([
  ["start", "npm start", ["--port", "--data"]],
  ["seed", "npm run seed", ["--data"]],
  ["grant", "npm run grant", ["--user", "--role", "--permission", "--revoke", "--create", "--data"]],
  ["create-super-user", "npm run create-super-user", ["--email", "--username", "--data"]],
])("%s --help tells how it is called, and does nothing", async (name, called, flags) => {
  const { code, stdout, stderr } = await runCommand(name, ["--help", "--data", "/dev/null/none"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`Usage: ${called} -- [--`);
  for (const flag of flags) expect(stdout).toContain(flag);
  expect(stdout).not.toContain("--password");
});
