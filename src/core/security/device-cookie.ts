import type { Settings } from "../config.ts";
import { equalInConstantTime } from "./constant-time.ts";
import { bytesToUuid, fromBase64Url, toBase64Url, uuidToBytes } from "./encoding.ts";
import { KEY_ID_BYTES, type Keys, keyRingOf } from "./keys.ts";

/**
 * A browser in which a user has signed in. It proves nothing but that: the password is asked for all the same, only that
 * what others guess elsewhere does not keep its owner out (OWASP, "Slow down online guessing attacks with device cookies").
 */
export interface Device {
  userId: string;
  deviceId: string;
}

const VERSION = 1;
const MAC_BYTES = 16;
const OFFSETS = { keyId: 1, userId: 1 + KEY_ID_BYTES, deviceId: 17 + KEY_ID_BYTES };
const BODY_BYTES = 33 + KEY_ID_BYTES;

/** What the cookie says, authenticated with a key of ours: base64url, 74 characters. */
export async function encodeDevice(settings: Settings, { userId, deviceId }: Device): Promise<string> {
  const { current } = await keyRingOf(settings);
  const bytes = new Uint8Array(BODY_BYTES + MAC_BYTES);
  bytes[0] = VERSION;
  bytes.set(fromBase64Url(current.id) ?? [], OFFSETS.keyId);
  bytes.set(uuidToBytes(userId), OFFSETS.userId);
  bytes.set(uuidToBytes(deviceId), OFFSETS.deviceId);
  bytes.set(await macOf(current, bytes.subarray(0, BODY_BYTES)), BODY_BYTES);
  return toBase64Url(bytes);
}

/** The device that `text` names, if it was made with one of our keys. */
export async function decodeDevice(settings: Settings, text: string): Promise<Device | undefined> {
  const bytes = text.length < 200 ? fromBase64Url(text) : undefined;
  if (bytes?.length !== BODY_BYTES + MAC_BYTES || bytes[0] !== VERSION) return undefined;
  const keyId = toBase64Url(bytes.subarray(OFFSETS.keyId, OFFSETS.userId));
  const keys = (await keyRingOf(settings)).all.find(({ id }) => id === keyId);
  if (keys === undefined) return undefined;
  const expected = await macOf(keys, bytes.subarray(0, BODY_BYTES));
  if (!equalInConstantTime(expected, bytes.subarray(BODY_BYTES))) return undefined;
  return {
    userId: bytesToUuid(bytes.subarray(OFFSETS.userId, OFFSETS.deviceId)),
    deviceId: bytesToUuid(bytes.subarray(OFFSETS.deviceId, BODY_BYTES)),
  };
}

async function macOf({ device }: Keys, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", device, body)).subarray(0, MAC_BYTES);
}
