import { sha256, toBase64Url } from "./encoding.ts";

/** What somebody is sent, to show that it reached them; and what is kept of it. */
export interface OneTimeToken {
  text: string;
  hash: string;
}

/** Far above the 128 bits that can't be guessed (OWASP ASVS 5.0 11.5.1), so a fast hash will do. */
const BYTES = 32;

/** A new random token. */
export async function newOneTimeToken(): Promise<OneTimeToken> {
  const text = toBase64Url(crypto.getRandomValues(new Uint8Array(BYTES)));
  return { text, hash: await hashOfOneTimeToken(text) };
}

/** What the database keeps of a token. */
export const hashOfOneTimeToken = (text: string): Promise<string> => sha256(text);
