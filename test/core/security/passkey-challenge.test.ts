import { afterEach, expect, it, vi } from "vitest";
import { parseSettings } from "../../../src/core/config.ts";
import { fromBase64Url, toBase64Url } from "../../../src/core/security/encoding.ts";
import {
  CEREMONY_SECONDS,
  isPasskeyChallenge,
  newPasskeyChallenge,
} from "../../../src/core/security/passkey-challenge.ts";

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

const SIGN_IN = { purpose: "sign_in" } as const;
const inSession = (purpose: "register" | "reauthenticate", sessionId: string) => ({ purpose, sessionId });
const SESSION = "0190a6b2-5d1c-7c3e-9f00-0123456789ab";
const OTHER = "0190a6b2-5d1c-7c3e-9f00-0123456789ac";

afterEach(() => {
  vi.restoreAllMocks();
});

it("differs from every other challenge", async () => {
  const made = await Promise.all(Array.from({ length: 50 }, () => newPasskeyChallenge(settings, SIGN_IN)));
  expect(new Set(made).size).toBe(50);
});

it("proves only its own purpose and session", async () => {
  const ceremonies = [
    SIGN_IN,
    inSession("register", SESSION),
    inSession("register", OTHER),
    inSession("reauthenticate", SESSION),
  ];
  for (const made of ceremonies) {
    const text = await newPasskeyChallenge(settings, made);
    for (const asked of ceremonies) {
      expect(await isPasskeyChallenge(settings, text, asked), JSON.stringify([made, asked])).toBe(
        made === asked,
      );
    }
  }
});

it("expires after five minutes", async () => {
  const began = Date.now();
  const clock = vi.spyOn(Date, "now").mockReturnValue(began);
  const text = await newPasskeyChallenge(settings, SIGN_IN);
  for (const [seconds, isGood] of [
    [CEREMONY_SECONDS - 1, true],
    [CEREMONY_SECONDS, false],
    [86_400, false],
  ] as const) {
    clock.mockReturnValue(began + seconds * 1000);
    expect(await isPasskeyChallenge(settings, text, SIGN_IN)).toBe(isGood);
  }
});

it("rejects forged and altered challenges", async () => {
  const text = await newPasskeyChallenge(settings, SIGN_IN);
  const bytes = fromBase64Url(text) ?? new Uint8Array();
  for (const index of bytes.keys()) {
    const changed = bytes.slice();
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(await isPasskeyChallenge(settings, toBase64Url(changed), SIGN_IN), `byte ${index}`).toBe(false);
  }
  for (const other of ["", "x", text.slice(1), `${text}AAAA`, `${text} `])
    expect(await isPasskeyChallenge(settings, other, SIGN_IN)).toBe(false);
  expect(await isPasskeyChallenge(withSecrets(SECOND), text, SIGN_IN)).toBe(false);
});

it("survives a rotation of the secret", async () => {
  const text = await newPasskeyChallenge(settings, SIGN_IN);
  expect(await isPasskeyChallenge(withSecrets(SECOND, FIRST), text, SIGN_IN)).toBe(true);
});
