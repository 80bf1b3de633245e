import type { Settings } from "../config.ts";
import { signText, verifyText } from "./authenticated-text.ts";
import { bytesToUuid, uuidToBytes } from "./encoding.ts";

/**
 * A browser in which a user has signed in. It proves only that: the password is still required, but failed attempts on other devices do
 * not lock its owner out (OWASP, "Slow down online guessing attacks with device cookies").
 */
export interface Device {
  userId: string;
  deviceId: string;
}

const DEVICE_OFFSET = 16;
const BYTES = 32;

/** Encodes a device as the value of the cookie, authenticated with a secret key of this service: base64url, 74 characters. */
export function encodeDevice(settings: Settings, { userId, deviceId }: Device): Promise<string> {
  const bytes = new Uint8Array(BYTES);
  bytes.set(uuidToBytes(userId));
  bytes.set(uuidToBytes(deviceId), DEVICE_OFFSET);
  return signText(settings, "device", bytes);
}

/** Decodes the value of the cookie, or returns undefined if it was not made with one of the service's keys. */
export async function decodeDevice(
  settings: Settings,
  text: string | undefined,
): Promise<Device | undefined> {
  if (text === undefined) return undefined;
  const bytes = await verifyText(settings, "device", text, BYTES);
  return (
    bytes && {
      userId: bytesToUuid(bytes.subarray(0, DEVICE_OFFSET)),
      deviceId: bytesToUuid(bytes.subarray(DEVICE_OFFSET)),
    }
  );
}
