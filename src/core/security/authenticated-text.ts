import type { Settings } from "../config.ts";
import { equalInConstantTime } from "./constant-time.ts";
import { fromBase64Url, toBase64Url } from "./encoding.ts";
import { KEY_ID_BYTES, type Keys, keyRingOf } from "./keys.ts";

const VERSION = 1;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const MAC_BYTES = 16;

/** Purpose of the key: text for one purpose is invalid for others. */
type Purpose = keyof Pick<Keys, "refresh" | "device" | "challenge">;

/** Encodes `payload` as base64url, after a version and the key's id, and before a MAC over all of it. */
export async function signText(settings: Settings, purpose: Purpose, payload: Uint8Array): Promise<string> {
  const { current } = await keyRingOf(settings);
  const end = HEADER_BYTES + payload.length;
  const bytes = new Uint8Array(end + MAC_BYTES);
  bytes[0] = VERSION;
  bytes.set(fromBase64Url(current.id) ?? [], 1);
  bytes.set(payload, HEADER_BYTES);
  bytes.set(await macOf(current[purpose], bytes.subarray(0, end)), end);
  return toBase64Url(bytes);
}

/** Verifies `text` for `purpose` with the service's keys, and returns its payload of `length` bytes, or undefined. */
export async function verifyText(
  settings: Settings,
  purpose: Purpose,
  text: string,
  length: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = text.length < 200 ? fromBase64Url(text) : undefined;
  const end = HEADER_BYTES + length;
  if (bytes?.length !== end + MAC_BYTES || bytes[0] !== VERSION) return undefined;
  const keyId = toBase64Url(bytes.subarray(1, HEADER_BYTES));
  const keys = (await keyRingOf(settings)).all.find(({ id }) => id === keyId);
  if (keys === undefined) return undefined;
  const expected = await macOf(keys[purpose], bytes.subarray(0, end));
  return equalInConstantTime(expected, bytes.subarray(end)) ? bytes.slice(HEADER_BYTES, end) : undefined;
}

async function macOf(key: CryptoKey, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, body)).subarray(0, MAC_BYTES);
}
