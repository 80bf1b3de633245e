import type { Settings } from "../config.ts";
import { signText, verifyText } from "./authenticated-text.ts";
import { bytesToUuid, uuidToBytes } from "./encoding.ts";

/** Purpose of a use of a passkey, and its session, except at sign-in. */
export interface Ceremony {
  purpose: "sign_in" | "register" | "reauthenticate";
  sessionId?: string;
}

/** Time that a user has to complete a ceremony. */
export const CEREMONY_SECONDS = 5 * 60;

const PURPOSES: Ceremony["purpose"][] = ["sign_in", "register", "reauthenticate"];
const NO_SESSION = "00000000-0000-0000-0000-000000000000";

/** Layout of a challenge: its end in seconds, the purpose, the session, and random bytes. */
const PURPOSE_OFFSET = 4;
const SESSION_OFFSET = 5;
const RANDOM_OFFSET = 21;
const BYTES = 37;

/**
 * Creates a challenge for one ceremony, authenticated with a secret key. Nothing is stored until it is answered, so requesting many
 * challenges fills no table.
 */
export function newPasskeyChallenge(settings: Settings, { purpose, sessionId }: Ceremony): Promise<string> {
  const bytes = new Uint8Array(BYTES);
  new DataView(bytes.buffer).setUint32(0, nowSeconds() + CEREMONY_SECONDS);
  bytes[PURPOSE_OFFSET] = PURPOSES.indexOf(purpose);
  bytes.set(uuidToBytes(sessionId ?? NO_SESSION), SESSION_OFFSET);
  crypto.getRandomValues(bytes.subarray(RANDOM_OFFSET));
  return signText(settings, "challenge", bytes);
}

/**
 * Returns whether `text` is a live challenge for this ceremony, made with one of the service's keys. The database checks that it was
 * not answered before.
 */
export async function isPasskeyChallenge(
  settings: Settings,
  text: string,
  { purpose, sessionId = NO_SESSION }: Ceremony,
): Promise<boolean> {
  const bytes = await verifyText(settings, "challenge", text, BYTES);
  return (
    bytes !== undefined &&
    new DataView(bytes.buffer).getUint32(0) > nowSeconds() &&
    bytes[PURPOSE_OFFSET] === PURPOSES.indexOf(purpose) &&
    bytesToUuid(bytes.subarray(SESSION_OFFSET, RANDOM_OFFSET)) === sessionId
  );
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
