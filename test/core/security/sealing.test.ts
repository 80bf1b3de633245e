import { expect, it } from "vitest";
import { parseSettings } from "../../../src/core/config.ts";
import { fromBase64Url, toBase64Url } from "../../../src/core/security/encoding.ts";
import { seal, unseal } from "../../../src/core/security/sealing.ts";

const withSecrets = (current: string, previous = "") =>
  parseSettings({
    ENVIRONMENT: "development",
    DATABASE_URL: "postgres://test:test@database.test/none",
    AUTH_SECRET: current,
    AUTH_SECRET_PREVIOUS: previous,
  });

const FIRST = "local-first-secret-0123456789-abcdefghij";
const SECOND = "local-second-secret-0123456789-abcdefghij";
const settings = withSecrets(FIRST);

it("opens sealed text of any content", async () => {
  for (const text of ["", "JBSWY3DPEHPK3PXP", "ähm 🐎\u0000", "x".repeat(20_000)]) {
    expect(await unseal(settings, await seal(settings, text, "ada"), "ada")).toBe(text);
  }
});

it("reveals nothing of the text, and seals it differently each time", async () => {
  const [one, other] = [await seal(settings, "same text", "ada"), await seal(settings, "same text", "ada")];
  expect(one).not.toBe(other);
  expect(one).toMatch(/^[\w-]{8}\.[\w-]+$/);
  expect(one).not.toContain(toBase64Url(new TextEncoder().encode("same text")));
});

it("opens a text only in its own context", async () => {
  const sealed = await seal(settings, "text", "ada");
  expect(await unseal(settings, sealed, "bob")).toBeUndefined();
  expect(await unseal(settings, sealed, "")).toBeUndefined();
});

it("rejects altered text, and text that was never sealed", async () => {
  const sealed = await seal(settings, "text", "ada");
  const [id, encoded = ""] = sealed.split(".");
  const bytes = fromBase64Url(encoded) ?? new Uint8Array();
  expect(bytes).toHaveLength(12 + 4 + 16);
  for (const position of bytes.keys()) {
    const changed = bytes.map((byte, index) => (index === position ? byte ^ 1 : byte));
    expect(
      await unseal(settings, `${id}.${toBase64Url(changed)}`, "ada"),
      `byte ${position}`,
    ).toBeUndefined();
  }
  for (const other of ["", ".", "text", `${id}.`, `${id}.A`, `AAAAAAAA.${encoded}`, encoded]) {
    expect(await unseal(settings, other, "ada"), other).toBeUndefined();
  }
});

it("opens texts of the previous secret, and rejects those of removed secrets", async () => {
  const sealed = await seal(settings, "text", "ada");
  expect(await unseal(withSecrets(SECOND, FIRST), sealed, "ada")).toBe("text");
  expect(await unseal(withSecrets(SECOND), sealed, "ada")).toBeUndefined();
});
