import type { Settings } from "../config.ts";
import { signText, verifyText } from "./authenticated-text.ts";
import { bytesToUuid, sha256, uuidToBytes } from "./encoding.ts";

/**
 * A refresh token consists of its session's id, its number in the session, a random part that all tokens of the session share, and a MAC
 * over these. The database stores the number and a hash of the random part. A forged token is therefore rejected without a query, a leak
 * of the database reveals no token, and the current token can be derived again from the previous one for a client that lost the response
 * (RFC 9700 4.14.2).
 */
export interface RefreshToken {
  sessionId: string;
  counter: number;
  /** 128 random bits (OWASP ASVS 5.0 7.2.3). */
  secret: Uint8Array<ArrayBuffer>;
}

const SECRET_BYTES = 16;
const OFFSETS = { counter: 16, secret: 20 };
const BYTES = OFFSETS.secret + SECRET_BYTES;

/** Creates the first token of a session. */
export function firstRefreshToken(sessionId: string): RefreshToken {
  return { sessionId, counter: 0, secret: crypto.getRandomValues(new Uint8Array(SECRET_BYTES)) };
}

/** Returns the hash of a token's random part that the database stores. It is too long to guess, so a fast hash is enough. */
export const hashOfSecret = ({ secret }: RefreshToken): Promise<string> => sha256(secret);

/** Encodes a token as the text for the client: base64url, 80 characters. The result is deterministic. */
export function encodeRefreshToken(settings: Settings, token: RefreshToken): Promise<string> {
  const bytes = new Uint8Array(BYTES);
  bytes.set(uuidToBytes(token.sessionId));
  new DataView(bytes.buffer).setUint32(OFFSETS.counter, token.counter);
  bytes.set(token.secret, OFFSETS.secret);
  return signText(settings, "refresh", bytes);
}

/** Decodes a token that was made with one of the service's keys, or returns undefined. The session may have ended. */
export async function decodeRefreshToken(
  settings: Settings,
  text: string,
): Promise<RefreshToken | undefined> {
  const bytes = await verifyText(settings, "refresh", text, BYTES);
  return (
    bytes && {
      sessionId: bytesToUuid(bytes.subarray(0, OFFSETS.counter)),
      counter: new DataView(bytes.buffer).getUint32(OFFSETS.counter),
      secret: bytes.slice(OFFSETS.secret),
    }
  );
}
