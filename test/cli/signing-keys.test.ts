import { describe, expect, it } from "vitest";
import { signingKeys } from "../../src/core/security/signing-keys.ts";
import { runCommand } from "../support/command.ts";

/** Runs the command with the keys `present`. Returns its output, and the names of the keys in it. */
async function keysAfter(present: string, ...flags: string[]) {
  const { code, stdout, stderr } = await runCommand("signing-keys", flags, { SIGNING_KEYS: present });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return { value: stdout, names: signingKeys.parse(stdout).map(({ kid }) => kid) };
}

describe("npm run signing-keys", () => {
  it("rotates keys step by step", async () => {
    const first = await keysAfter("");
    const [old = ""] = first.names;
    expect(old).toMatch(/^[\w-]{43}$/);
    const added = await keysAfter(first.value);
    const [, next = ""] = added.names;
    expect(added.names).toEqual([old, next]);
    const switched = await keysAfter(added.value, "--sign-with-last");
    expect(switched.names).toEqual([next, old]);
    expect((await keysAfter(switched.value, "--drop-others")).names).toEqual([next]);
  });

  it.each([
    ["invalid keys", "hunter2", [], /^error: SIGNING_KEYS: must be a JWK Set.*\n$/],
    ["no keys to choose from", "", ["--drop-others"], /^error: SIGNING_KEYS is not set\.\n$/],
    ["an unknown flag", "", ["--new"], /^error: Unknown option '--new'\. Usage: .*\n$/],
  ])("rejects %s, and prints no keys", async (_, present, flags, message) => {
    const outcome = await runCommand("signing-keys", flags, { SIGNING_KEYS: present });
    expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
    expect(outcome.stderr).not.toContain("hunter2");
  });
});
