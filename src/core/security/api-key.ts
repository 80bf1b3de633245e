import { sha256 } from "./encoding.ts";
import type { KeyHolder } from "./principal.ts";

/**
 * Prefix of API keys, in the form that WakaTime's clients require. A UUID has room for 122 random bits and nothing else, so a key does not
 * identify its owner: the database looks it up by its hash, in the transaction that does the work. Routes that accept API keys do not
 * know the owner before that.
 */
const API_KEY_PREFIX = "waka_";

const FORM = /^waka_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Creates an API key with 122 random bits (OWASP ASVS 5.0 7.2.3). */
export const newApiKey = (): string => API_KEY_PREFIX + crypto.randomUUID();

/** Returns the hash of an API key that the database stores. A key is too long to guess, so a fast hash is enough. */
export const hashOfApiKey = (key: string): Promise<string> => sha256(key);

/** Returns the beginning of an API key with 16 of its bits, by which its owner recognizes it. */
export const hintOfApiKey = (key: string): string => key.slice(0, API_KEY_PREFIX.length + 4);

/** Parses an API key, or returns undefined. The database resolves its owner. */
export async function readApiKey(text: string): Promise<KeyHolder | undefined> {
  if (!FORM.test(text)) return undefined;
  return { credential: { kind: "key", hash: await hashOfApiKey(text) } };
}
