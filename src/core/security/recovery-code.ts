import { sha256 } from "./encoding.ts";

/** Crockford's base32, without letters that look like digits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const GROUPS = 4;
const GROUP_LENGTH = 6;

/** Number of codes in a set. */
const COUNT = 10;

/** Creates recovery codes of 120 random bits each (OWASP ASVS 5.0 6.5.2, 6.5.3), which are shown once, and their hashes. */
export async function newRecoveryCodes(): Promise<{ codes: string[]; hashes: string[] }> {
  const codes = Array.from({ length: COUNT }, () => Array.from({ length: GROUPS }, randomGroup).join("-"));
  return { codes, hashes: await Promise.all(codes.map(hashOfRecoveryCode)) };
}

/**
 * Returns the hash of a code that the database stores (OWASP ASVS 5.0 6.5.2: for 112 bits or more, a fast hash is enough). Lower case, missing
 * hyphens, and an O in place of a zero do not matter.
 */
export function hashOfRecoveryCode(code: string): Promise<string> {
  const letters = code.toUpperCase().replace(/[\s-]/g, "");
  return sha256(letters.replaceAll("O", "0").replace(/[IL]/g, "1"));
}

const randomGroup = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(GROUP_LENGTH)), (byte) => ALPHABET[byte % 32]).join("");
