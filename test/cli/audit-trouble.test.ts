import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../support/command.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "audit-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the audit with a fake npm that prints `text`. */
async function auditOf(text: string) {
  await writeFile(join(directory, "npm"), `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`, { mode: 0o755 });
  return runCommand("audit", [], { PATH: [directory, process.env.PATH].join(delimiter) });
}

it.each([
  [
    "npm gives a reason",
    '{"error":{"summary":"This command requires a lockfile."}}',
    "This command requires a lockfile.",
  ],
  ["npm gives no reason", '{"error":{}}', "it gave no reason"],
  ["npm does not print JSON", "npm ERR! cb() never called!", "it gave no reason"],
])("fails without a report: %s", async (_, printed, reason) => {
  expect(await auditOf(printed)).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: npm audit failed: ${reason}\n`,
  });
});

it("fails on one critical vulnerability in a report without other counts", async () => {
  expect(await auditOf('{"metadata":{"vulnerabilities":{"critical":1}}}')).toMatchObject({
    code: 1,
    stderr:
      "error: Packages have known vulnerabilities: 0 high, 1 critical. Run npm audit for the list, and upgrade the packages.\n",
  });
});

it("removes the address of the registry, which may contain credentials, from its error", async () => {
  const reason = "request to https://ada:hunter2@npm.example.com/-/npm/v1/security failed - try again";
  expect(await auditOf(JSON.stringify({ message: reason }))).toMatchObject({
    code: 1,
    stderr:
      "error: The audit did not run: the request to the registry failed (request to … failed). Try again.\n",
  });
});

it("fails with one line when npm is not installed", async () => {
  const { code, stderr } = await runCommand("audit", [], { PATH: join(directory, "nothing") });
  expect([code, stderr]).toEqual([1, "error: npm could not be started: spawnSync npm ENOENT\n"]);
});
