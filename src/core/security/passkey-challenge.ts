import type { Settings } from "../config.ts";
import { authenticate, authenticated } from "./authenticated-text.ts";
import { bytesToUuid, uuidToBytes } from "./encoding.ts";

/** What a passkey is used for; and in which session, unless it is to open one. */
export interface Ceremony {
  purpose: "sign_in" | "register" | "reauthenticate";
  sessionId?: string;
}

/** How long a person may take. */
export const CEREMONY_SECONDS = 5 * 60;

const PURPOSES: Ceremony["purpose"][] = ["sign_in", "register", "reauthenticate"];
const NO_SESSION = "00000000-0000-0000-0000-000000000000";

/** When it ends, in seconds; the purpose; the session; and what makes it unlike any other. */
const PURPOSE_OFFSET = 4;
const SESSION_OFFSET = 5;
const RANDOM_OFFSET = 21;
const BYTES = 37;

/**
 * A challenge for one ceremony, authenticated with a key of ours: so nothing is kept of it until it is answered, and who
 * asks for many fills no table.
 */
export function newPasskeyChallenge(settings: Settings, { purpose, sessionId }: Ceremony): Promise<string> {
  const bytes = new Uint8Array(BYTES);
  new DataView(bytes.buffer).setUint32(0, nowSeconds() + CEREMONY_SECONDS);
  bytes[PURPOSE_OFFSET] = PURPOSES.indexOf(purpose);
  bytes.set(uuidToBytes(sessionId ?? NO_SESSION), SESSION_OFFSET);
  crypto.getRandomValues(bytes.subarray(RANDOM_OFFSET));
  return authenticate(settings, "challenge", bytes);
}

/**
 * Whether `text` is a challenge for this ceremony, made with one of our keys and not too old. Whether it was answered
 * before is the database's to say.
 */
export async function isPasskeyChallenge(
  settings: Settings,
  text: string,
  { purpose, sessionId = NO_SESSION }: Ceremony,
): Promise<boolean> {
  const bytes = await authenticated(settings, "challenge", text, BYTES);
  return (
    bytes !== undefined &&
    new DataView(bytes.buffer).getUint32(0) > nowSeconds() &&
    bytes[PURPOSE_OFFSET] === PURPOSES.indexOf(purpose) &&
    bytesToUuid(bytes.subarray(SESSION_OFFSET, RANDOM_OFFSET)) === sessionId
  );
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
