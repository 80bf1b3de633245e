import { bytesToUuid, fromBase64Url, sha256, toBase64Url, uuidToBytes } from "./encoding.ts";

/**
 * Prefix of the token in the URL of a calendar feed. Calendar programs send no header, so the URL is the credential. The token contains the
 * id of the feed's owner, so that no query is needed before the work, and 256 random bits (OWASP ASVS 5.0 7.2.3), of which the database
 * stores a hash.
 */
const FEED_TOKEN_PREFIX = "pcf_";

const SECRET_BYTES = 32;
const OFFSET = 16;

/** Owner that a feed token claims, and its hash. The database verifies the claim. */
export interface FeedClaim {
  ownerId: string;
  hash: string;
}

/** Creates a token for a user's feed. */
export function newFeedToken(ownerId: string): string {
  const bytes = new Uint8Array(OFFSET + SECRET_BYTES);
  bytes.set(uuidToBytes(ownerId));
  crypto.getRandomValues(bytes.subarray(OFFSET));
  return FEED_TOKEN_PREFIX + toBase64Url(bytes);
}

/** Returns the hash of a feed token that the database stores. A token is too long to guess, so a fast hash is enough. */
export const hashOfFeedToken = (token: string): Promise<string> => sha256(token);

/** Parses a feed token, or returns undefined. */
export async function readFeedToken(token: string): Promise<FeedClaim | undefined> {
  if (token.length > 100 || !token.startsWith(FEED_TOKEN_PREFIX)) return undefined;
  const bytes = fromBase64Url(token.slice(FEED_TOKEN_PREFIX.length));
  if (bytes?.length !== OFFSET + SECRET_BYTES) return undefined;
  return { ownerId: bytesToUuid(bytes.subarray(0, OFFSET)), hash: await hashOfFeedToken(token) };
}
