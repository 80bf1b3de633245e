import { equalInConstantTime } from "./constant-time.ts";

/**
 * Parameters of time-based one-time passwords (RFC 6238) that every authenticator app supports: SHA-1, 6 digits, steps of 30 seconds.
 * SHA-1 is weak against collisions, which do not affect HMAC.
 */
const STEP_SECONDS = 30;
const DIGITS = 6;

/** Accepted steps: also the previous and the next one, for clock differences and slow typing (RFC 6238, 5.2). */
const STEPS_AROUND = [0, -1, 1];

/** Length of a secret: that of the hash (RFC 4226, 4, R6). */
const SECRET_BYTES = 20;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Creates a secret in base32 without padding, as authenticator apps require: 32 characters. */
export const newTotpSecret = (): string => toBase32(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** Returns the URI that an authenticator app reads from a QR code. */
export function otpauthUri(secret: string, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = `secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
  return `otpauth://totp/${label}?${query}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
}

/** Returns the time step at `milliseconds` since 1970. */
export const stepAt = (milliseconds: number): number => Math.floor(milliseconds / 1000 / STEP_SECONDS);

/** Computes the code of a secret in a time step (RFC 4226, 5.3). */
export async function totpCode(secret: string, step: number, digits = DIGITS): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    fromBase32(secret),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["sign"],
  );
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const offset = mac.getUint8(mac.byteLength - 1) & 0xf;
  const number = (mac.getUint32(offset) & 0x7fff_ffff) % 10 ** digits;
  return String(number).padStart(digits, "0");
}

/** Returns the time step of `code`, if the code is valid now. The caller must check that it was not used before. */
export async function stepOfCode(
  secret: string,
  code: string,
  milliseconds = Date.now(),
): Promise<number | undefined> {
  const given = new TextEncoder().encode(code);
  let found: number | undefined;
  for (const difference of STEPS_AROUND) {
    const step = stepAt(milliseconds) + difference;
    const expected = new TextEncoder().encode(await totpCode(secret, step));
    if (equalInConstantTime(given, expected)) found ??= step;
  }
  return found;
}

/** Encodes `bytes` in base32 (RFC 4648, 6) without padding. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => BASE32[Number.parseInt(group.padEnd(5, "0"), 2)])
    .join("");
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bits = Array.from(text, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
