import { bytesToUuid, fromBase64Url, sha256, toBase64Url, uuidToBytes } from "./encoding.ts";

/**
 * What the address of a calendar feed has in it: calendar programs send no header, so the address is the credential. It names
 * whose feed it is, so that reading it takes no question before the work, and has 256 random bits (OWASP ASVS 5.0 7.2.3), of
 * which the database keeps a hash.
 */
const FEED_TOKEN_PREFIX = "pcf_";

const SECRET_BYTES = 32;
const OFFSET = 16;

/** Whose feed a token claims to be for, and its hash. The database decides if it is true. */
export interface FeedClaim {
  ownerId: string;
  hash: string;
}

/** A new token for a feed of a user. */
export function newFeedToken(ownerId: string): string {
  const bytes = new Uint8Array(OFFSET + SECRET_BYTES);
  bytes.set(uuidToBytes(ownerId));
  crypto.getRandomValues(bytes.subarray(OFFSET));
  return FEED_TOKEN_PREFIX + toBase64Url(bytes);
}

/** What the database keeps of a token. It is too long to guess, so a fast hash will do. */
export const hashOfFeedToken = (token: string): Promise<string> => sha256(token);

/** What `token` claims, or undefined if it is no such token at all. */
export async function readFeedToken(token: string): Promise<FeedClaim | undefined> {
  if (token.length > 100 || !token.startsWith(FEED_TOKEN_PREFIX)) return undefined;
  const bytes = fromBase64Url(token.slice(FEED_TOKEN_PREFIX.length));
  if (bytes?.length !== OFFSET + SECRET_BYTES) return undefined;
  return { ownerId: bytesToUuid(bytes.subarray(0, OFFSET)), hash: await hashOfFeedToken(token) };
}
