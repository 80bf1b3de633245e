import { sha256, toBase64Url } from "./encoding.ts";

/** A one-time token as it is mailed, and its hash, which is stored. */
export interface OneTimeToken {
  text: string;
  hash: string;
}

/** Length in bytes: more than the 128 bits that cannot be guessed (OWASP ASVS 5.0 11.5.1), so a fast hash is enough. */
const BYTES = 32;

/** Creates a random token. */
export async function newOneTimeToken(): Promise<OneTimeToken> {
  const text = toBase64Url(crypto.getRandomValues(new Uint8Array(BYTES)));
  return { text, hash: await hashOfOneTimeToken(text) };
}

/** Returns the hash of a one-time token that the database stores. */
export const hashOfOneTimeToken = (text: string): Promise<string> => sha256(text);
