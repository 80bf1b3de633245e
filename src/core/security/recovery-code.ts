import { sha256 } from "./encoding.ts";

/** Crockford's base32: no letter that could be taken for a digit. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const GROUPS = 4;
const GROUP_LENGTH = 6;

/** How many codes a user has at a time. */
const COUNT = 10;

/** New recovery codes of 120 random bits each (OWASP ASVS 5.0 6.5.2, 6.5.3), to be shown once; and what is kept of them. */
export async function newRecoveryCodes(): Promise<{ codes: string[]; hashes: string[] }> {
  const codes = Array.from({ length: COUNT }, () => Array.from({ length: GROUPS }, randomGroup).join("-"));
  return { codes, hashes: await Promise.all(codes.map(hashOfRecoveryCode)) };
}

/**
 * What the database keeps of a code (OWASP ASVS 5.0 6.5.2: with 112 bits or more a fast hash will do). However it was
 * typed: in lower case, without hyphens, with an O for a zero.
 */
export function hashOfRecoveryCode(code: string): Promise<string> {
  const letters = code.toUpperCase().replace(/[\s-]/g, "");
  return sha256(letters.replaceAll("O", "0").replace(/[IL]/g, "1"));
}

const randomGroup = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(GROUP_LENGTH)), (byte) => ALPHABET[byte % 32]).join("");
