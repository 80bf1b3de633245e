import { sha256 } from "./encoding.ts";
import type { KeyHolder } from "./principal.ts";

/**
 * A key as the clients of WakaTime ask for one: they refuse to start with any other. A UUID has room for 122 random bits and
 * for nothing else, so a key doesn't say whose it is: the database looks it up, by its hash, in the transaction that does
 * the work. The routes that are declared for keys take no other way to ask who it is.
 */
const API_KEY_PREFIX = "waka_";

const FORM = /^waka_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A new key: 122 random bits (OWASP ASVS 5.0 7.2.3). */
export const newApiKey = (): string => API_KEY_PREFIX + crypto.randomUUID();

/** What the database keeps of a key. It is too long to guess, so a fast hash will do. */
export const hashOfApiKey = (key: string): Promise<string> => sha256(key);

/** What a key begins with: enough to know it by among one's own, and 16 bits of it. */
export const hintOfApiKey = (key: string): string => key.slice(0, API_KEY_PREFIX.length + 4);

/** The holder of the key that `text` is, or undefined if it is no key at all. The database decides who that is. */
export async function readApiKey(text: string): Promise<KeyHolder | undefined> {
  if (!FORM.test(text)) return undefined;
  return { credential: { kind: "key", hash: await hashOfApiKey(text) } };
}
