import { bytesToUuid, fromBase64Url, sha256, toBase64Url, uuidToBytes } from "./encoding.ts";
import type { Principal } from "./principal.ts";

/**
 * A personal token. It contains its own id and its owner's, so that no query is needed before the work. Its random part, of which the database
 * stores a hash, authenticates it. The prefix lets scanners of published code find it; the checksum detects text that only looks like a
 * token.
 */
export interface PersonalToken {
  id: string;
  userId: string;
  /** 160 random bits (OWASP ASVS 5.0 7.2.3). */
  secret: Uint8Array<ArrayBuffer>;
}

const PERSONAL_TOKEN_PREFIX = "ptk_";

const SECRET_BYTES = 20;
const CHECKSUM_BYTES = 4;
const OFFSETS = { userId: 16, secret: 32, checksum: 32 + SECRET_BYTES };

/** Creates a personal token for a user. */
export const newPersonalToken = (userId: string): PersonalToken => ({
  id: crypto.randomUUID(),
  userId,
  secret: crypto.getRandomValues(new Uint8Array(SECRET_BYTES)),
});

/** Returns the hash of a token's random part that the database stores. It is too long to guess, so a fast hash is enough. */
export const hashOfPersonalToken = ({ secret }: Pick<PersonalToken, "secret">): Promise<string> =>
  sha256(secret);

/** Encodes a token as the text that its owner sees once: the prefix and 75 characters of base64url. */
export async function encodePersonalToken({ id, userId, secret }: PersonalToken): Promise<string> {
  const body = new Uint8Array(OFFSETS.checksum);
  body.set(uuidToBytes(id));
  body.set(uuidToBytes(userId), OFFSETS.userId);
  body.set(secret, OFFSETS.secret);
  const text = new Uint8Array(OFFSETS.checksum + CHECKSUM_BYTES);
  text.set(body);
  text.set(await checksumOf(body), OFFSETS.checksum);
  return PERSONAL_TOKEN_PREFIX + toBase64Url(text);
}

/** Returns the beginning of the text of the token with `id`, which identifies it and reveals nothing of its secret. */
export const hintOfPersonalToken = (id: string): string =>
  PERSONAL_TOKEN_PREFIX + toBase64Url(uuidToBytes(id)).slice(0, 8);

/** Parses a personal token, or returns undefined. The database verifies it. */
export async function readPersonalToken(text: string): Promise<Principal | undefined> {
  if (text.length > 200 || !text.startsWith(PERSONAL_TOKEN_PREFIX)) return undefined;
  const bytes = fromBase64Url(text.slice(PERSONAL_TOKEN_PREFIX.length));
  if (bytes?.length !== OFFSETS.checksum + CHECKSUM_BYTES) return undefined;
  const checksum = await checksumOf(bytes.slice(0, OFFSETS.checksum));
  if (checksum.some((byte, index) => byte !== bytes[OFFSETS.checksum + index])) return undefined;
  const secret = bytes.slice(OFFSETS.secret, OFFSETS.checksum);
  return {
    userId: bytesToUuid(bytes.subarray(OFFSETS.userId, OFFSETS.secret)),
    credential: {
      kind: "token",
      id: bytesToUuid(bytes.subarray(0, OFFSETS.userId)),
      hash: await hashOfPersonalToken({ secret }),
    },
  };
}

const checksumOf = async (body: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", body)).subarray(0, CHECKSUM_BYTES);
