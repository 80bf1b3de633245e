import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startProcess } from "../support/command.ts";

const SCRIPT = join(import.meta.dirname, "../../lint/commit-subject.ts");

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "subject-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the hook on a message with `subject` and a body. Returns its exit code and errors. */
async function checkSubject(subject: string) {
  const path = join(directory, crypto.randomUUID());
  await writeFile(path, `${subject}\n\nThe reason.\n`);
  const { code, stderr } = await startProcess(process.execPath, [SCRIPT, path]).ended;
  return { code, stderr };
}

it.each([
  "fix(auth): refuse a refresh token that was used",
  "feat!: drop the old routes",
  'Revert "fix(auth): refuse a refresh token that was used"',
  "fixup! fix(auth): refuse a refresh token that was used",
])("accepts %j as a commit subject", async (subject) => {
  expect(await checkSubject(subject)).toEqual({ code: 0, stderr: "" });
});

it.each([
  "Spare each request its work",
  "fix: Refuse it",
  "fix(auth):",
  "fixes: refuse it",
  "fix(auth): refuse it.",
])("rejects %j as a commit subject", async (subject) => {
  expect(await checkSubject(subject)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('must read "type(scope): imperative"'),
  });
});

it("rejects a commit subject of 73 characters", async () => {
  expect(await checkSubject(`fix: ${"a".repeat(68)}`)).toEqual({
    code: 1,
    stderr: "The subject of the commit must have at most 72 characters, and has 73.\n",
  });
});
