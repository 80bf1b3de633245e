import type { Settings } from "../config.ts";
import { authenticate, authenticated } from "./authenticated-text.ts";
import { bytesToUuid, uuidToBytes } from "./encoding.ts";

/**
 * A browser in which a user has signed in. It proves nothing but that: the password is asked for all the same, only that
 * what others guess elsewhere does not keep its owner out (OWASP, "Slow down online guessing attacks with device cookies").
 */
export interface Device {
  userId: string;
  deviceId: string;
}

const DEVICE_OFFSET = 16;
const BYTES = 32;

/** What the cookie says, authenticated with a key of ours: base64url, 74 characters. */
export function encodeDevice(settings: Settings, { userId, deviceId }: Device): Promise<string> {
  const bytes = new Uint8Array(BYTES);
  bytes.set(uuidToBytes(userId));
  bytes.set(uuidToBytes(deviceId), DEVICE_OFFSET);
  return authenticate(settings, "device", bytes);
}

/** The device that `text` names, if there is one and it was made with one of our keys. */
export async function decodeDevice(
  settings: Settings,
  text: string | undefined,
): Promise<Device | undefined> {
  if (text === undefined) return undefined;
  const bytes = await authenticated(settings, "device", text, BYTES);
  return (
    bytes && {
      userId: bytesToUuid(bytes.subarray(0, DEVICE_OFFSET)),
      deviceId: bytesToUuid(bytes.subarray(DEVICE_OFFSET)),
    }
  );
}
