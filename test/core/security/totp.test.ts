import { describe, expect, it } from "vitest";
import {
  newTotpSecret,
  otpauthUri,
  stepAt,
  stepOfCode,
  toBase32,
  totpCode,
} from "../../../src/core/security/totp.ts";

/** "12345678901234567890", the secret of both RFCs. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("a code", () => {
  it.each([
    [59, "94287082"],
    [1_111_111_109, "07081804"],
    [1_111_111_111, "14050471"],
    [1_234_567_890, "89005924"],
    [2_000_000_000, "69279037"],
    [20_000_000_000, "65353130"],
  ])("equals the code of RFC 6238, appendix B, at %i s", async (seconds, code) => {
    expect(await totpCode(SECRET, stepAt(seconds * 1000), 8)).toBe(code);
    expect(await totpCode(SECRET, stepAt(seconds * 1000))).toBe(code.slice(2));
  });

  it.each(
    ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"].map(
      (code, count) => [count, code] as const,
    ),
  )("equals the code of RFC 4226, appendix D, for the count %i", async (count, code) => {
    expect(await totpCode(SECRET, count)).toBe(code);
  });

  it("verifies one step early and one step late, and returns its step [TOTP-2]", async () => {
    const now = 1_234_567_890_000;
    const step = stepAt(now);
    for (const near of [step - 1, step, step + 1]) {
      expect(await stepOfCode(SECRET, await totpCode(SECRET, near), now)).toBe(near);
    }
    for (const far of [step - 2, step + 2]) {
      expect(await stepOfCode(SECRET, await totpCode(SECRET, far), now)).toBeUndefined();
    }
  });

  it("rejects other notations of its number", async () => {
    const now = 1_111_111_109_000;
    expect(await stepOfCode(SECRET, "081804", now)).toBe(stepAt(now));
    for (const other of ["81804", "0081804", " 081804", "081804\n", "", "٠٨١٨٠٤"]) {
      expect(await stepOfCode(SECRET, other, now), other).toBeUndefined();
    }
  });
});

describe("a secret", () => {
  it("contains 160 random bits in base32 [TOTP-1]", () => {
    const secrets = Array.from({ length: 50 }, newTotpSecret);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(secrets).size).toBe(50);
  });

  it.each([
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ])("encodes %j as in RFC 4648, section 10", (text, encoded) => {
    expect(toBase32(new TextEncoder().encode(text))).toBe(encoded);
  });

  it("forms a URI with the names that an app shows", () => {
    expect(otpauthUri(SECRET, { issuer: "Time & Tasks", account: "ada: x?" })).toBe(
      `otpauth://totp/Time%20%26%20Tasks:ada%3A%20x%3F?secret=${SECRET}&issuer=Time%20%26%20Tasks&algorithm=SHA1&digits=6&period=30`,
    );
  });
});
