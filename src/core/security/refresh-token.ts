import type { Settings } from "../config.ts";
import { equalInConstantTime } from "./constant-time.ts";
import { bytesToUuid, fromBase64Url, sha256, toBase64Url, uuidToBytes } from "./encoding.ts";
import { KEY_ID_BYTES, type Keys, keyRingOf } from "./keys.ts";

/**
 * A refresh token is its session's id, the number of the token in the session, a random part that all tokens of the
 * session share, and a MAC over these. The database keeps the number and a hash of the random part. So a forged token
 * is refused without asking it, its contents are no use to who reads it, and the current token can be made again for a
 * client that lost the answer, from the one before (RFC 9700 4.14.2).
 */
export interface RefreshToken {
  sessionId: string;
  counter: number;
  /** 128 random bits (OWASP ASVS 5.0 7.2.3). */
  secret: Uint8Array<ArrayBuffer>;
}

const VERSION = 1;
const SECRET_BYTES = 16;
const MAC_BYTES = 16;
const OFFSETS = {
  keyId: 1,
  sessionId: 1 + KEY_ID_BYTES,
  counter: 17 + KEY_ID_BYTES,
  secret: 21 + KEY_ID_BYTES,
};
const BODY_BYTES = OFFSETS.secret + SECRET_BYTES;

/** The first token of a new session. */
export function firstRefreshToken(sessionId: string): RefreshToken {
  return { sessionId, counter: 0, secret: crypto.getRandomValues(new Uint8Array(SECRET_BYTES)) };
}

/** What the database keeps of a token's random part. It is too long to guess, so a fast hash will do. */
export const hashOfSecret = ({ secret }: RefreshToken): Promise<string> => sha256(secret);

/** The text that a client holds: base64url, 80 characters. The same token always gives the same text. */
export async function encodeRefreshToken(settings: Settings, token: RefreshToken): Promise<string> {
  const { current } = await keyRingOf(settings);
  const bytes = new Uint8Array(BODY_BYTES + MAC_BYTES);
  bytes[0] = VERSION;
  bytes.set(fromBase64Url(current.id) ?? [], OFFSETS.keyId);
  bytes.set(uuidToBytes(token.sessionId), OFFSETS.sessionId);
  new DataView(bytes.buffer).setUint32(OFFSETS.counter, token.counter);
  bytes.set(token.secret, OFFSETS.secret);
  bytes.set(await macOf(current, bytes.subarray(0, BODY_BYTES)), BODY_BYTES);
  return toBase64Url(bytes);
}

/** What `text` says if it is a token made with one of our keys, whatever became of its session. */
export async function decodeRefreshToken(
  settings: Settings,
  text: string,
): Promise<RefreshToken | undefined> {
  const bytes = text.length < 200 ? fromBase64Url(text) : undefined;
  if (bytes?.length !== BODY_BYTES + MAC_BYTES || bytes[0] !== VERSION) return undefined;
  const keyId = toBase64Url(bytes.subarray(OFFSETS.keyId, OFFSETS.sessionId));
  const keys = (await keyRingOf(settings)).all.find(({ id }) => id === keyId);
  if (keys === undefined) return undefined;
  const expected = await macOf(keys, bytes.subarray(0, BODY_BYTES));
  if (!equalInConstantTime(expected, bytes.subarray(BODY_BYTES))) return undefined;
  return {
    sessionId: bytesToUuid(bytes.subarray(OFFSETS.sessionId, OFFSETS.counter)),
    counter: new DataView(bytes.buffer).getUint32(OFFSETS.counter),
    secret: bytes.slice(OFFSETS.secret, BODY_BYTES),
  };
}

async function macOf({ refresh }: Keys, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", refresh, body)).subarray(0, MAC_BYTES);
}
