import type { Settings } from "../config.ts";
import { authenticate, authenticated } from "./authenticated-text.ts";
import { bytesToUuid, sha256, uuidToBytes } from "./encoding.ts";

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

const SECRET_BYTES = 16;
const OFFSETS = { counter: 16, secret: 20 };
const BYTES = OFFSETS.secret + SECRET_BYTES;

/** The first token of a new session. */
export function firstRefreshToken(sessionId: string): RefreshToken {
  return { sessionId, counter: 0, secret: crypto.getRandomValues(new Uint8Array(SECRET_BYTES)) };
}

/** What the database keeps of a token's random part. It is too long to guess, so a fast hash will do. */
export const hashOfSecret = ({ secret }: RefreshToken): Promise<string> => sha256(secret);

/** The text that a client holds: base64url, 80 characters. The same token always gives the same text. */
export function encodeRefreshToken(settings: Settings, token: RefreshToken): Promise<string> {
  const bytes = new Uint8Array(BYTES);
  bytes.set(uuidToBytes(token.sessionId));
  new DataView(bytes.buffer).setUint32(OFFSETS.counter, token.counter);
  bytes.set(token.secret, OFFSETS.secret);
  return authenticate(settings, "refresh", bytes);
}

/** What `text` says if it is a token made with one of our keys, whatever became of its session. */
export async function decodeRefreshToken(
  settings: Settings,
  text: string,
): Promise<RefreshToken | undefined> {
  const bytes = await authenticated(settings, "refresh", text, BYTES);
  return (
    bytes && {
      sessionId: bytesToUuid(bytes.subarray(0, OFFSETS.counter)),
      counter: new DataView(bytes.buffer).getUint32(OFFSETS.counter),
      secret: bytes.slice(OFFSETS.secret),
    }
  );
}
